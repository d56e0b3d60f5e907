import type { ServerHttp2Stream } from 'node:http2';

/** https://github.com/grpc/grpc/blob/master/doc/statuscodes.md */
export const grpcStatus = { ok: 0, notFound: 5, exhausted: 8, unimplemented: 12, internal: 13 } as const;

export type GrpcAnswer =
  | { readonly message: Uint8Array }
  | { readonly status: (typeof grpcStatus)[keyof typeof grpcStatus]; readonly words: string };

/** Bytes of a request; one that asks for a secret has a hundred. */
const largestRequest = 64 * 1024;
const prefixLength = 5;

/** The one message of a unary call; undefined when it is larger than a request may be, or torn. */
export async function readRequest(stream: ServerHttp2Stream): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > largestRequest) return undefined;
    parts.push(part);
  }
  const framed = Buffer.concat(parts);
  if (framed.length < prefixLength || framed.readUInt32BE(1) !== framed.length - prefixLength) return undefined;
  return framed.subarray(prefixLength);
}

/**
 * Answers a unary call: one message behind a length, the status in the trailers.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export function answerCall(stream: ServerHttp2Stream, answer: GrpcAnswer): void {
  if (stream.destroyed) return;
  const trailers =
    'message' in answer
      ? { 'grpc-status': String(grpcStatus.ok) }
      : { 'grpc-status': String(answer.status), 'grpc-message': encodeURIComponent(answer.words) };
  stream.once('wantTrailers', () => stream.sendTrailers(trailers));
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  if (!('message' in answer)) return void stream.end();
  const prefix = Buffer.alloc(prefixLength);
  prefix.writeUInt32BE(answer.message.length, 1);
  stream.end(Buffer.concat([prefix, answer.message]));
}
