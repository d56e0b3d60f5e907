import type { Readable } from 'node:stream';
import type { Artifact } from '@cicd/plugin';
import { corruptArtifact } from '../content/corrupt-artifact.ts';

/** What the index says of one artifact. */
export interface IndexEntry {
  readonly version: 1;
  readonly executionId: string;
  readonly artifact: Artifact;
  readonly contentId: string;
}

/** A key of 512 bytes and every other field fit many times. */
const longestEntry = 64 * 1024;

export const encodeEntry = (entry: Omit<IndexEntry, 'version'>): string => JSON.stringify({ version: 1, ...entry });

/** Errors: `artifact.corrupt` for what no store of ours has written. */
export async function readEntry(stream: Readable, name: string): Promise<IndexEntry> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > longestEntry) {
      stream.destroy();
      throw corruptArtifact('an index entry', name);
    }
    pieces.push(piece);
  }
  try {
    const entry = JSON.parse(Buffer.concat(pieces).toString()) as Partial<IndexEntry> | null;
    const { artifact, contentId, executionId } = entry ?? {};
    const isOurs =
      entry?.version === 1 &&
      typeof contentId === 'string' &&
      typeof executionId === 'string' &&
      typeof artifact?.key === 'string' &&
      typeof artifact.size === 'number' &&
      typeof artifact.checksum === 'string';
    if (isOurs) return entry as IndexEntry;
  } catch (error) {
    throw corruptArtifact('an index entry', name, error);
  }
  throw corruptArtifact('an index entry', name);
}
