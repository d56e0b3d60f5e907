import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { json } from 'node:stream/consumers';
import { CicdError } from '@cicd/plugin';
import type { EngineAddress } from './engine-address.ts';
import { EngineRefusal, engineTrouble } from './engine-refusal.ts';
import { progressLines, type ProgressMessage } from './progress-lines.ts';

export interface EngineCall {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as a tar stream. */
  readonly archive?: Readable | Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';

/**
 * The Docker Engine API over its socket: just the calls, kept connections, errors with codes. It is our own, because
 * loading the usual client takes longer than creating a container, and its stream handling ignores backpressure.
 * https://docs.docker.com/reference/api/engine/
 */
export class EngineClient {
  readonly #target: http.RequestOptions;
  readonly #agent: http.Agent;
  readonly #request: typeof http.request;

  constructor(address: EngineAddress) {
    const tls = address.kind === 'tcp' ? address.tls : undefined;
    this.#target =
      address.kind === 'socket' ? { socketPath: address.path } : { host: address.host, port: address.port };
    this.#agent = tls ? new https.Agent({ keepAlive: true, ...tls }) : new http.Agent({ keepAlive: true });
    this.#request = tls ? https.request : http.request;
  }

  /** The parsed JSON answer. */
  async json<T>(method: Method, path: string, call: EngineCall = {}): Promise<T> {
    const response = await this.stream(method, path, call);
    try {
      return (await json(response)) as T;
    } catch (cause) {
      call.signal?.throwIfAborted();
      throw engineTrouble(cause, `${method} ${path}`);
    }
  }

  /** For calls whose answer does not matter. Returns the headers. */
  async done(method: Method, path: string, call: EngineCall = {}): Promise<http.IncomingHttpHeaders> {
    const response = await this.stream(method, path, call);
    response.resume();
    return response.headers;
  }

  /**
   * For work whose progress the engine tells, and whose failure it may tell after a status of 200: reads to the end,
   * and fails with EngineRefusal when an error was among it.
   */
  async told(
    method: Method,
    path: string,
    call: EngineCall = {},
    onMessage: (message: ProgressMessage) => void = () => undefined,
  ): Promise<void> {
    const response = await this.stream(method, path, call);
    try {
      for await (const message of progressLines(response)) {
        const failure = message.errorDetail?.message ?? message.error;
        if (failure !== undefined) throw new EngineRefusal(500, failure, `${method} ${path}`);
        onMessage(message);
      }
    } catch (cause) {
      call.signal?.throwIfAborted();
      throw CicdError.isInstance(cause) ? cause : engineTrouble(cause, `${method} ${path}`);
    }
  }

  /** The answer as it comes. Status 400 and above: EngineRefusal. */
  async stream(method: Method, path: string, call: EngineCall = {}): Promise<http.IncomingMessage> {
    const what = `${method} ${path}`;
    try {
      const request = this.#open(method, path, call);
      const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
        request.once('response', resolve);
        request.on('error', reject);
      });
      const sent = this.#send(request, call);
      const response = await Promise.race([answered, sent.then(() => answered)]);
      if ((response.statusCode ?? 500) >= 400) throw await refusal(response, what);
      await sent;
      return response;
    } catch (error) {
      call.signal?.throwIfAborted();
      if (CicdError.isInstance(error)) throw error;
      throw engineTrouble(error, what);
    }
  }

  /** A raw connection, by the engine's protocol upgrade: what is written reaches the container's standard input. */
  async connect(path: string, query: NonNullable<EngineCall['query']>): Promise<Duplex> {
    const what = `POST ${path}`;
    const request = this.#open('POST', path, { query, headers: { connection: 'Upgrade', upgrade: 'tcp' } });
    const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
    request.once('upgrade', (_response, socket) => resolve(socket));
    request.once('response', (response) => void refusal(response, what).then(reject));
    request.once('error', (error) => reject(engineTrouble(error, what)));
    request.end();
    return promise;
  }

  close(): void {
    this.#agent.destroy();
  }

  #open(
    method: Method,
    path: string,
    { query = {}, headers = {}, signal, body, archive }: EngineCall,
  ): http.ClientRequest {
    const pairs = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    );
    const search = pairs.length > 0 ? `?${new URLSearchParams(pairs).toString()}` : '';
    const type =
      body !== undefined
        ? { 'content-type': 'application/json' }
        : archive !== undefined
          ? { 'content-type': 'application/x-tar' }
          : {};
    return this.#request({
      ...this.#target,
      agent: this.#agent,
      method,
      path: path + search,
      headers: { host: 'engine', ...type, ...headers },
      ...(signal && { signal }),
    });
  }

  async #send(request: http.ClientRequest, { body, archive }: EngineCall): Promise<void> {
    if (archive === undefined || archive instanceof Uint8Array) {
      request.end(archive ?? (body === undefined ? undefined : JSON.stringify(body)));
      return;
    }
    await pipeline(archive, request);
  }
}

async function refusal(response: http.IncomingMessage, what: string): Promise<EngineRefusal> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  let answer = text.trim();
  try {
    answer = (JSON.parse(text) as { message?: string }).message ?? answer;
  } catch {
    // Not every answer is JSON: a proxy's is not, and an answer to HEAD has no body. The text itself is shown.
  }
  return new EngineRefusal(response.statusCode ?? 500, answer || (response.statusMessage ?? ''), what);
}
