import http from 'node:http';
import https from 'node:https';
import type { Duplex, Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { CicdError } from '@cicd/plugin';
import type Dockerode from 'dockerode';
import type { EngineAddress } from './engine-address.ts';
import { EngineRefusal, engineTrouble } from './engine-refusal.ts';
import { refusalStatus } from './refusal-status.ts';
import { progressLines, type ProgressMessage } from './progress-lines.ts';

export interface EngineCall {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as a tar stream. */
  readonly archive?: Readable | Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';

/** What the engine may answer; everything else is a refusal. */
const accepted: Readonly<Record<number, true>> = { 101: true, 200: true, 201: true, 202: true, 204: true, 304: true };

interface ModemError {
  readonly statusCode?: number;
  readonly message: string;
}

/**
 * The Docker Engine API: calls with streams both ways, and errors with codes. dockerode carries them (and finds its
 * way over sockets, TCP and TLS); it is loaded with the first call. Frames of logs and progress are read by us,
 * because its own demultiplexer ignores backpressure and overflows the stack on large chunks.
 * https://docs.docker.com/reference/api/engine/
 */
export class EngineClient {
  readonly #address: EngineAddress;
  readonly #agent: http.Agent;
  #docker: Promise<Dockerode> | undefined;

  /** `docker`: a client to use instead of one of our own. */
  constructor(address: EngineAddress, docker?: Dockerode) {
    this.#address = address;
    this.#agent = connections(address);
    if (docker) this.#docker = Promise.resolve(docker);
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
   * and fails with EngineRefusal when an error was among it. Waits for what `onMessage` returns.
   */
  async told(
    method: Method,
    path: string,
    call: EngineCall = {},
    onMessage: (message: ProgressMessage) => unknown = () => undefined,
  ): Promise<void> {
    const response = await this.stream(method, path, call);
    try {
      for await (const message of progressLines(response)) {
        const failure = message.errorDetail?.message ?? message.error;
        if (failure !== undefined) throw new EngineRefusal(500, failure, `${method} ${path}`);
        await onMessage(message);
      }
    } catch (cause) {
      call.signal?.throwIfAborted();
      throw CicdError.isInstance(cause) ? cause : engineTrouble(cause, `${method} ${path}`);
    }
  }

  /** The answer as it comes. Status 400 and above: EngineRefusal. */
  async stream(method: Method, path: string, call: EngineCall = {}): Promise<http.IncomingMessage> {
    return (await this.#dial(method, path, call)) as http.IncomingMessage;
  }

  /**
   * A raw connection, by the engine's protocol upgrade: what is written reaches the standard input of a process, or
   * whatever the header `upgrade` names.
   */
  async connect(path: string, call: Pick<EngineCall, 'query' | 'body' | 'headers' | 'signal'>): Promise<Duplex> {
    return (await this.#dial('POST', path, call, true)) as Duplex;
  }

  /** A client of the same engine with connections of its own. */
  anew(): EngineClient {
    return new EngineClient(this.#address);
  }

  close(): void {
    this.#agent.destroy();
  }

  async #dial(method: Method, path: string, call: EngineCall, upgrade = false): Promise<http.IncomingMessage | Duplex> {
    const { query = {}, headers, body, archive, signal } = call;
    const what = `${method} ${path}`;
    signal?.throwIfAborted();
    const { modem } = await this.#client();
    const given = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    );
    const request: DialOptions = {
      // A question mark tells the library to append the query.
      path: given.length > 0 ? `${path}?` : path,
      method,
      options: { _query: Object.fromEntries(given) as Record<string, string>, _body: body ?? {} },
      isStream: true,
      statusCodes: accepted,
      ...(headers && { headers: { ...headers } }),
      ...(archive && { file: archive instanceof Uint8Array ? Buffer.from(archive) : archive }),
      // Without a body of a known length the library announces chunks, whose end Podman hands to the process.
      ...(upgrade && body === undefined && { file: Buffer.alloc(0) }),
      ...(signal && { abortSignal: signal }),
      ...(upgrade && { hijack: true }),
    };
    return new Promise((resolve, reject) => {
      (modem.dial as Dial)(request, (error, response) => {
        if (response) return resolve(response);
        // The library leaves a stream that it no longer reads open.
        if (archive && !(archive instanceof Uint8Array)) archive.destroy();
        if (signal?.aborted) return reject(signal.reason as Error);
        if (CicdError.isInstance(error)) return reject(error);
        if (error?.statusCode === undefined) return reject(engineTrouble(error, what));
        const answer = wordsOf(error);
        reject(new EngineRefusal(refusalStatus(error.statusCode, answer), answer, what));
      });
    });
  }

  #client(): Promise<Dockerode> {
    this.#docker ??= import('dockerode').then(({ default: Client }) => {
      const options = { agent: this.#agent, ...target(this.#address) };
      return new Client(options);
    });
    return this.#docker;
  }
}

/** Kept connections. The library describes its options for a log at every call: an agent's description is all its sockets. */
function connections(address: EngineAddress): http.Agent {
  const tls = address.kind === 'tcp' ? address.tls : undefined;
  const agent = tls ? new https.Agent({ keepAlive: true, ...tls }) : new http.Agent({ keepAlive: true });
  return Object.assign(agent, { [inspect.custom]: () => 'Agent' });
}

const target = (address: EngineAddress): Dockerode.DockerOptions =>
  address.kind === 'socket'
    ? { socketPath: address.path }
    : { host: address.host, port: address.port, protocol: address.tls ? 'https' : 'http' };

/** What the library is asked: its published types lack the call that all others go through. */
interface DialOptions {
  readonly path: string;
  readonly method: Method;
  readonly options: { readonly _query: Readonly<Record<string, string>>; readonly _body: unknown };
  readonly isStream: true;
  readonly statusCodes: Readonly<Record<number, true>>;
  readonly headers?: EngineCall['headers'];
  readonly file?: Readable | Buffer;
  readonly abortSignal?: AbortSignal;
  readonly hijack?: true;
}

type Dial = (
  options: DialOptions,
  answer: (error: ModemError | null, answer: http.IncomingMessage | Duplex | null) => void,
) => void;

/** The engine's own words, without the library's frame around them. */
const wordsOf = ({ message }: ModemError): string => message.replace(/^\(HTTP code \d+\) unexpected - /, '').trim();
