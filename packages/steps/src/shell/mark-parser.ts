/** A piece of a stream: text of the step, or a mark of ours between two of its bytes. */
export type Piece =
  { readonly kind: 'text'; readonly data: Uint8Array } | { readonly kind: 'mark'; readonly body: string };

export interface MarkParser {
  push(chunk: Uint8Array): Piece[];
  /** What was held back, when the stream has ended. */
  end(): Piece[];
}

/** ASCII's record separator begins a mark: it is rare, so ordinary output is never held back. */
const separator = '\x1e';
const lineFeed = 0x0a;
const longestBody = 64;

/** A mark is `RS cicd:TOKEN:BODY LF`. The token is random, so no output can hold one by chance or by intent. */
export const formatMark = (token: string, body: string): string => `${separator}cicd:${token}:${body}\n`;

/**
 * Takes marks out of a stream, wherever its chunks are cut. Only bytes that may yet become a mark are held back;
 * everything else comes out of the same `push`, uncopied.
 */
export function createMarkParser(token: string): MarkParser {
  const prefix = Buffer.from(formatMark(token, '').slice(0, -1));
  let held: Buffer = Buffer.alloc(0);

  /** Splits at the next mark. `rest` is what follows it; without a rest, `held` keeps what may become a mark. */
  function step(bytes: Buffer): { readonly pieces: Piece[]; readonly rest?: Buffer } {
    const start = bytes.indexOf(prefix);
    if (start === -1) {
      const cut = beginOfPrefix(bytes, prefix);
      held = bytes.subarray(cut);
      return { pieces: text(bytes.subarray(0, cut)) };
    }
    const bodyStart = start + prefix.length;
    const end = bytes.subarray(bodyStart, bodyStart + longestBody + 1).indexOf(lineFeed);
    if (end >= 0) {
      const mark: Piece = { kind: 'mark', body: bytes.toString('latin1', bodyStart, bodyStart + end) };
      return { pieces: [...text(bytes.subarray(0, start)), mark], rest: bytes.subarray(bodyStart + end + 1) };
    }
    if (bytes.length - bodyStart > longestBody) {
      return { pieces: text(bytes.subarray(0, bodyStart)), rest: bytes.subarray(bodyStart) };
    }
    held = bytes.subarray(start);
    return { pieces: text(bytes.subarray(0, start)) };
  }

  return {
    push(chunk) {
      let rest: Buffer | undefined = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      if (held.length > 0) rest = Buffer.concat([held, rest]);
      held = Buffer.alloc(0);
      const pieces: Piece[] = [];
      while (rest && rest.length > 0) {
        const found = step(rest);
        pieces.push(...found.pieces);
        rest = found.rest;
      }
      return pieces;
    },
    end() {
      const pieces = text(held);
      held = Buffer.alloc(0);
      return pieces;
    },
  };
}

const text = (data: Buffer): Piece[] => (data.length === 0 ? [] : [{ kind: 'text', data }]);

/** Where a beginning of the prefix stands at the very end; the length when none does. */
function beginOfPrefix(bytes: Buffer, prefix: Buffer): number {
  const at = bytes.lastIndexOf(separator);
  if (at === -1 || bytes.length - at >= prefix.length) return bytes.length;
  return bytes.subarray(at).equals(prefix.subarray(0, bytes.length - at)) ? at : bytes.length;
}
