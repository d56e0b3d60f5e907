import type { OutputChunk } from '@cicd/plugin';

const headerLength = 8;
const space = 0x20;
/** A date to the nanosecond, with room to spare. */
const longestStamp = 64;

/** How far a log was read. */
export interface LogPosition {
  /** Bytes of output, skipped ones too. */
  bytes: number;
  /** Bytes of output before the last entry. */
  lastEntry: number;
  /** When the last entry was written, in the engine's words; empty before the first. */
  stamp: string;
}

/** Nothing was read. */
export const logBeginning = (): LogPosition => ({ bytes: 0, lastEntry: 0, stamp: '' });

/**
 * Takes the engine's multiplexed, dated log apart: each frame is a stream number (1 or 2), three zero bytes, a length
 * of four bytes, and so many bytes, which begin with a date and a space. Frames of one stream that arrive together
 * leave together, so that a million short lines are not a million chunks. Pulled: nothing is read that nobody asks
 * for. `position` is kept up to date.
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
export async function* outputFrames(
  source: AsyncIterable<Uint8Array>,
  fromByte: number,
  position: LogPosition,
): AsyncGenerator<OutputChunk> {
  let pending = Buffer.alloc(0);
  let stream: OutputChunk['stream'] = 'stdout';
  let left = 0;
  for await (const received of source) {
    let bytes = Buffer.from(received.buffer, received.byteOffset, received.byteLength);
    if (pending.length > 0) bytes = Buffer.concat([pending, bytes]);
    pending = Buffer.alloc(0);
    const found: { stream: OutputChunk['stream']; parts: Buffer[] }[] = [];
    let stamp: [start: number, end: number] | undefined;
    let at = 0;
    while (at < bytes.length) {
      if (left === 0) {
        const start = at + headerLength;
        const end = start < bytes.length ? bytes.indexOf(space, start) : -1;
        if (end === -1) {
          if (bytes.length - at > headerLength + longestStamp) throw new Error('the log has an entry without a date');
          pending = Buffer.from(bytes.subarray(at));
          break;
        }
        const number = bytes[at];
        if (number !== 1 && number !== 2)
          throw new Error(`the log cannot be read: ${bytes.toString('utf8', start, start + 500)}`);
        stream = number === 2 ? 'stderr' : 'stdout';
        stamp = [start, end];
        position.lastEntry = position.bytes;
        left = bytes.readUInt32BE(at + 4) - (end + 1 - start);
        at = end + 1;
        continue;
      }
      const taken = Math.min(left, bytes.length - at);
      const skipped = Math.min(Math.max(0, fromByte - position.bytes), taken);
      if (taken > skipped) {
        const part = bytes.subarray(at + skipped, at + taken);
        const last = found.at(-1);
        if (last?.stream === stream) last.parts.push(part);
        else found.push({ stream, parts: [part] });
      }
      position.bytes += taken;
      at += taken;
      left -= taken;
    }
    if (stamp) position.stamp = bytes.toString('latin1', ...stamp);
    for (const one of found)
      yield { stream: one.stream, data: one.parts.length === 1 ? one.parts[0]! : Buffer.concat(one.parts) };
  }
  if (left > 0 || pending.length > 0) throw new Error('the log broke off');
}
