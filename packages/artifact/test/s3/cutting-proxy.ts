import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** Where a request dies: before the service sees it, or when the service has done it and nobody hears of that. */
export type Cut = 'request' | 'answer';

/** A way to a service that may break. */
export interface CuttingProxy {
  readonly endpoint: string;
  /** Requests that came since the last change. */
  readonly seen: number;
  /** Lets so many requests through, and no other. */
  cutAfter(requests: number, cut: Cut): void;
  /** Lets everything through. */
  mend(): void;
  close(): Promise<void>;
}

export async function cuttingProxy(target: string): Promise<CuttingProxy> {
  let seen = 0;
  let allowed = Number.POSITIVE_INFINITY;
  let how: Cut = 'request';

  async function forward(given: IncomingMessage, answer: ServerResponse, isCut: boolean): Promise<void> {
    const onward = request(`${target}${given.url}`, { method: given.method, headers: given.headers });
    const answered = once(onward, 'response') as Promise<[IncomingMessage]>;
    await pipeline(given, onward);
    const [response] = await answered;
    if (isCut) {
      for await (const _ of response);
      given.socket.destroy();
      return;
    }
    answer.writeHead(response.statusCode ?? 500, response.headers);
    await pipeline(response, answer);
  }

  const server = createServer((given, answer) => {
    const isCut = seen++ >= allowed;
    if (isCut && how === 'request') {
      given.socket.destroy();
      return;
    }
    // Whoever gave up on a request has closed both ways.
    forward(given, answer, isCut).catch(() => given.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get seen() {
      return seen;
    },
    cutAfter(requests, cut) {
      seen = 0;
      allowed = requests;
      how = cut;
    },
    mend() {
      seen = 0;
      allowed = Number.POSITIVE_INFINITY;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
