import http from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { engineCallKind, type EngineCallKind } from './engine-call.ts';
import type { PlacedFault } from './engine-fault.ts';

/** What an engine was asked. */
export interface SeenCall {
  readonly kind: EngineCallKind;
  /** The how-many-th of its kind, from 1. */
  readonly time: number;
  readonly hasBody: boolean;
}

export interface EngineProxy {
  readonly calls: readonly SeenCall[];
  /** Whether the fault has happened. */
  readonly struck: boolean;
  close(): Promise<void>;
}

export interface EngineProxyOptions {
  /** Where it listens: the path of a socket that is not there yet. */
  readonly listen: string;
  /** The engine's own socket. */
  readonly engine: string;
  readonly fault?: PlacedFault | undefined;
}

const lateness = 2_000;

/** Stands before an engine, hands everything on as it is, upgraded connections too, and does one thing wrong. */
export async function startEngineProxy({ listen, engine, fault }: EngineProxyOptions): Promise<EngineProxy> {
  const calls: SeenCall[] = [];
  const times = new Map<EngineCallKind, number>();
  const open = new Set<Duplex>();
  let struck = false;

  const track = <Socket extends Duplex>(socket: Socket): Socket => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // A side that goes away takes the other with it; there is nobody to tell.
    socket.on('error', () => socket.destroy());
    return socket;
  };

  /** Notes the call; answers what is to go wrong with it. */
  const note = (request: http.IncomingMessage) => {
    const kind = engineCallKind(request.method ?? '', request.url ?? '');
    const time = (times.get(kind) ?? 0) + 1;
    times.set(kind, time);
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
    calls.push({ kind, time, hasBody: Number(length ?? 0) > 0 || coding !== undefined });
    if (fault?.kind !== kind || fault.time !== time) return undefined;
    struck = true;
    return fault.fault;
  };

  const forward = (request: http.IncomingMessage) =>
    http.request({
      method: request.method,
      path: request.url,
      headers: request.headers,
      createConnection: () => track(net.connect({ path: engine, allowHalfOpen: true })),
    });

  const server = http.createServer((request, response) => {
    const wrong = note(request);
    const breakOff = () => request.socket.destroy();
    if (wrong === 'reset before') return breakOff();
    if (wrong === 'refused before') {
      request.resume();
      return refuse(response, 503, 'the engine is not ready');
    }
    const onward = forward(request);
    onward.on('error', breakOff);
    response.on('close', () => onward.destroy());
    if (wrong === 'request cut') {
      request.once('data', (chunk: Buffer) => {
        onward.write(chunk.subarray(0, chunk.length / 2), () => {
          onward.destroy();
          breakOff();
        });
      });
      return;
    }
    request.pipe(onward);
    onward.on('response', (answer) => {
      answer.on('error', breakOff);
      const handOn = () => {
        response.writeHead(answer.statusCode ?? 500, answer.statusMessage, answer.headers);
        response.flushHeaders();
        answer.pipe(response);
      };
      switch (wrong) {
        case 'answer lost':
          answer.resume().on('end', breakOff);
          return;
        case 'failed after':
          answer.resume().on('end', () => refuse(response, 500, 'the engine lost its mind'));
          return;
        case 'answer late':
          setTimeout(handOn, lateness);
          return;
        case 'answer cut':
          cutAnswer(answer, request.socket);
          return;
        default:
          handOn();
      }
    });
  });

  server.on('upgrade', (request: http.IncomingMessage, client: Duplex, head: Buffer) => {
    const wrong = note(request);
    if (wrong === 'reset before' || wrong === 'request cut') return client.destroy();
    if (wrong === 'refused before') return client.end(rawHead(503, 'Service Unavailable', {}));
    // From here on both sides see the other's bytes as they are.
    const upstream = track(net.connect({ path: engine, allowHalfOpen: true }));
    upstream.write(Buffer.concat([rawRequest(request), head]));
    client.pipe(upstream);
    client.on('close', () => upstream.destroy());
    const breakOff = () => {
      upstream.destroy();
      client.destroy();
    };
    upstream.once('data', (first: Buffer) => {
      if (wrong === 'answer lost') return breakOff();
      if (wrong === 'answer cut') return client.write(first.subarray(0, first.length / 3), breakOff);
      if (wrong === 'failed after') {
        upstream.destroy();
        return client.end(rawHead(500, 'Internal Server Error', {}));
      }
      const join = () => {
        client.write(first);
        upstream.pipe(client);
      };
      upstream.pause();
      if (wrong === 'answer late') setTimeout(join, lateness);
      else join();
    });
    upstream.on('close', () => client.destroy());
  });

  server.on('connection', track);
  // A late or long answer is no reason to hang up.
  Object.assign(server, { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0, timeout: 0 });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(listen, resolve));
  return {
    calls,
    get struck() {
      return struck;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

function refuse(response: http.ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
}

/** Half of the first piece of the body comes through; of an answer without a body, half of its head. */
function cutAnswer(answer: http.IncomingMessage, client: Duplex): void {
  const head = rawHead(answer.statusCode, answer.statusMessage, answer.headers);
  const cut = (bytes: Buffer) => {
    answer.destroy();
    client.write(bytes, () => client.destroy());
  };
  answer.once('data', (chunk: Buffer) => {
    const isChunked = answer.headers['transfer-encoding'] !== undefined;
    const size = isChunked ? Buffer.from(`${chunk.length.toString(16)}\r\n`) : Buffer.alloc(0);
    cut(Buffer.concat([head, size, chunk.subarray(0, chunk.length / 2)]));
  });
  answer.once('end', () => {
    if (!client.destroyed) cut(head.subarray(0, head.length / 2));
  });
}

function rawRequest({ method, url, rawHeaders }: http.IncomingMessage): Buffer {
  const lines = rawHeaders.map((word, index) => (index % 2 === 0 ? `${word}: ` : `${word}\r\n`));
  return Buffer.from(`${method} ${url} HTTP/1.1\r\n${lines.join('')}\r\n`);
}

function rawHead(status = 500, message = '', headers: http.IncomingHttpHeaders = {}): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  return Buffer.from(`HTTP/1.1 ${status} ${message}\r\n${lines.join('')}\r\n`);
}
