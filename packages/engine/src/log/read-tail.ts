import type { FileHandle } from 'node:fs/promises';
import { readAt } from './positioned-file.ts';

const pieceSize = 65_536;
/** A tail is for people: more of a log is read with `read`. */
const longestTail = 4_194_304;

/** The last `count` lines, read from the end backwards; at most what the last 4 MiB hold. */
export async function readTail(file: FileHandle, count: number): Promise<string[]> {
  const { size } = await file.stat();
  const pieces: Buffer[] = [];
  let start = size;
  let lineEnds = 0;
  while (start > 0 && lineEnds <= count && size - start < longestTail) {
    const from = Math.max(0, start - pieceSize);
    const piece = await readAt(file, from, start - from);
    lineEnds += countLineEnds(piece);
    pieces.unshift(piece);
    start = from;
  }
  const lines = Buffer.concat(pieces).toString().split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.slice(Math.max(0, lines.length - count)).map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

export function countLineEnds(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at += 1) if (bytes[at] === 0x0a) count += 1;
  return count;
}
