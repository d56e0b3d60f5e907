import type { AgentOptions } from 'node:https';

/** Where an engine listens. */
export type EngineAddress =
  | { readonly kind: 'socket'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly tls?: Pick<AgentOptions, 'ca' | 'cert' | 'key'>;
    };

/**
 * Reads `unix:///path`, a plain path, or `tcp://host:port`. Undefined for what it does not know, such as `ssh://`.
 * https://docs.docker.com/reference/cli/docker/#environment-variables
 */
export function parseEngineAddress(text: string): EngineAddress | undefined {
  if (text.startsWith('/')) return { kind: 'socket', path: text };
  if (text.startsWith('unix://')) return { kind: 'socket', path: text.slice('unix://'.length) };
  if (!/^(tcp|http|https):\/\//.test(text) || !URL.canParse(text)) return undefined;
  const { hostname, port } = new URL(text.replace(/^tcp:/, 'http:'));
  return { kind: 'tcp', host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || 2375 };
}

export const showEngineAddress = (address: EngineAddress): string =>
  address.kind === 'socket' ? address.path : `${address.tls ? 'https' : 'http'}://${address.host}:${address.port}`;
