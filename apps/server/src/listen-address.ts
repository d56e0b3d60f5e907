import { ConfigError } from '@cicd/plugin';

/** `HOST:PORT`, `[::1]:PORT` or `PORT` alone, which is of this machine. Errors: `command.usage`. */
export function listenAddress(text: string): { readonly host: string; readonly port: number } {
  const [, host = '127.0.0.1', digits] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits !== undefined && port <= 65_535) return { host: host.replace(/^\[(.*)\]$/, '$1'), port };
  throw new ConfigError({
    code: 'command.usage',
    message: `--listen ${text} is no address`,
    hint: 'Write HOST:PORT, such as 127.0.0.1:8080.',
  });
}
