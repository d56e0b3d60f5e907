import http from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** An answer of the engine, read to its end. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Request {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: Readable;
  /** Time until the first byte of the body, in milliseconds. Default 10 s. */
  readonly patience?: number;
}

/** One request to a container engine on a unix socket. Rejects when it does not answer in time. */
export function ask(socketPath: string, request: Request): Promise<Answer> {
  const { method = 'GET', path, body, patience = 10_000 } = request;
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/x-tar' };
    const outgoing = http.request({ socketPath, method, path, headers, agent: false }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.once('data', () => clearTimeout(timer));
      incoming.on('data', (part: string) => (text += part));
      incoming.once('error', reject);
      incoming.once('end', () => {
        clearTimeout(timer);
        resolve({ status: incoming.statusCode ?? 0, body: text });
      });
    });
    const timer = setTimeout(() => {
      outgoing.destroy(new Error(`${method} ${path}: no answer within ${patience} ms`));
    }, patience);
    outgoing.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    if (body === undefined) outgoing.end();
    else pipeline(body, outgoing).catch(reject);
  });
}

/** The engine's version, or `undefined` when nothing answers on the socket. */
export async function engineVersion(socketPath: string): Promise<string | undefined> {
  try {
    const answer = await ask(socketPath, { path: '/version', patience: 3_000 });
    return answer.status === 200 ? (JSON.parse(answer.body) as { Version: string }).Version : undefined;
  } catch {
    return undefined; // no socket, a dead one, or something that is no engine: all mean that there is none
  }
}

/** Throws unless the engine did what was asked; a stream that began well may still end in an error. */
export function expectDone(answer: Answer, what: string): void {
  const last = answer.body.trimEnd().split('\n').at(-1) ?? '';
  const said = last.startsWith('{') ? (JSON.parse(last) as { error?: string; message?: string }) : {};
  if (answer.status >= 300) throw new Error(`${what}: ${said.message ?? `status ${answer.status}`}`);
  if (said.error !== undefined) throw new Error(`${what}: ${said.error}`);
}
