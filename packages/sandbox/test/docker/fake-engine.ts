import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const socketPath = (): string => path.join(mkdtempSync(path.join(os.tmpdir(), 'cicd-engine-')), 'engine.sock');

/** Something that listens on a socket, until it is closed. */
export interface Listening {
  readonly address: string;
  close(): Promise<void>;
}

/** An engine that answers what the test says, for what a real one cannot be made to answer. */
export async function fakeEngine(
  answer: (request: http.IncomingMessage, response: http.ServerResponse) => void,
): Promise<Listening> {
  const address = socketPath();
  const server = http.createServer(answer).listen(address);
  await once(server, 'listening');
  return {
    address,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      rmSync(path.dirname(address), { recursive: true });
    },
  };
}

/** A way to a real engine that can be cut. */
export async function proxyTo(engine: string): Promise<Listening & { cut(): void; mend(): void }> {
  const address = socketPath();
  const open = new Set<net.Socket>();
  let whole = true;
  const server = net.createServer((client) => {
    if (!whole) return client.destroy();
    const upstream = net.connect(engine);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
    return client.pipe(upstream).pipe(client);
  });
  server.listen(address);
  await once(server, 'listening');
  const cut = (): void => {
    whole = false;
    for (const socket of open) socket.destroy();
  };
  return {
    address,
    cut,
    mend: () => (whole = true),
    async close() {
      cut();
      server.close();
      await once(server, 'close');
      rmSync(path.dirname(address), { recursive: true });
    },
  };
}
