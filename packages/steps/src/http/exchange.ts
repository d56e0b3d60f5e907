import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { CicdError, formatByteSize, StepFailure } from '@cicd/plugin';
import type { Target } from './target.ts';

export interface OutgoingRequest {
  readonly method: string;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  /** Names in small letters; repeated ones joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** One request and its answer, without redirects. */
export type Exchange = (target: Target, request: OutgoingRequest, signal: AbortSignal) => Promise<Answer>;

const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream>> = {
  gzip: () => zlib.createGunzip(),
  'x-gzip': () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
  br: () => zlib.createBrotliDecompress(),
};

/**
 * Connects to the addresses of the target and to nothing else, on a connection of its own. `maxBody`: bytes, after
 * decompression. Errors: `http.failed`, `http.response_too_large`, and the signal's reason.
 */
export const createExchange =
  (maxBody: number): Exchange =>
  async (target, request, signal) => {
    try {
      const response = await send(target, request, signal);
      return {
        status: response.statusCode ?? 0,
        headers: headersOf(response.headers),
        body: await readBody(response, maxBody),
      };
    } catch (error) {
      signal.throwIfAborted();
      if (CicdError.isInstance(error)) throw error;
      throw new StepFailure({
        code: 'http.failed',
        message: `${target.url.host}: ${describe(error)}`,
        hint: 'Give `retry`, if it may pass.',
        details: { sent: !isRefusedConnection(error) },
        cause: error,
      });
    }
  };

function send(target: Target, { method, headers, body }: OutgoingRequest, signal: AbortSignal) {
  const { url, addresses } = target;
  const lookup: LookupFunction = (_host, options, found) => {
    const [first] = addresses;
    if (options.all) found(null, [...addresses]);
    else found(null, first?.address ?? '', first?.family);
  };
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise<http.IncomingMessage>((resolve, reject) => {
    const sending = request(url, { method, headers, lookup, signal, agent: false });
    sending.once('response', resolve);
    sending.on('error', reject);
    sending.end(body);
  });
}

/** Compressed or not: what counts is what it comes to. */
async function readBody(response: http.IncomingMessage, maxBody: number): Promise<Buffer> {
  const decoder = decoders[response.headers['content-encoding']?.toLowerCase() ?? '']?.();
  const parts: Buffer[] = [];
  let size = 0;
  const collect = async (source: AsyncIterable<Buffer>) => {
    for await (const part of source) {
      size += part.length;
      if (size > maxBody) {
        throw new StepFailure({
          code: 'http.response_too_large',
          message: `the answer is larger than ${formatByteSize(maxBody)}`,
          hint: 'Ask for less of it, or fetch it into the workspace with a command.',
        });
      }
      parts.push(part);
    }
  };
  if (decoder) await pipeline(response, decoder, (source) => collect(source as unknown as Readable));
  else await collect(response);
  return Buffer.concat(parts);
}

const headersOf = (headers: http.IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join('\n') : value]],
    ),
  );

/** Nothing of the request can have reached anybody. */
const neverConnected = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? '';

function isRefusedConnection(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isRefusedConnection);
  return neverConnected.has(codeOf(error));
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection broke',
  ETIMEDOUT: 'nobody answers',
  EHOSTUNREACH: 'there is no way there',
  ENETUNREACH: 'there is no way there',
};

function describe(error: unknown): string {
  if (error instanceof AggregateError) return describe(error.errors[0]);
  const message = error instanceof Error ? error.message : String(error);
  return words[codeOf(error)] ?? message;
}
