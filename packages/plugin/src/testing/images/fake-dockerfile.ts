import { createHash } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';

/** A line of a Dockerfile as the fake builder knows it: `RUN exit N`, `COPY FILE …`, and others without effect. */
export interface FakeInstruction {
  readonly word: string;
  readonly rest: string;
  readonly text: string;
}

export function readDockerfile(text: string): FakeInstruction[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [word = '', ...rest] = line.split(' ');
      return { word: word.toUpperCase(), rest: rest.join(' '), text: line };
    });
}

export const hashOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** The files of a build context. */
export async function readContext(context: Readable): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const parser = extract();
  // A failure destroys the parser with the error, and so reaches the loop below.
  pipeline(context, parser as unknown as Writable).catch(() => undefined);
  for await (const entry of parser) {
    const parts: Uint8Array[] = [];
    for await (const part of entry) parts.push(part as Uint8Array);
    files.set(entry.header.name, Buffer.concat(parts).toString());
  }
  return files;
}
