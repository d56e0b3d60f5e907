import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { Clock } from '@cicd/plugin';
import {
  createFileLogStore,
  type FileLogStoreOptions,
  type LogKey,
  type LogLine,
  type LogStore,
} from '../../src/log/index.ts';
import { createMasker } from '../../src/masking/index.ts';

export const key: LogKey = { run: 'run-1', step: 'build', attempt: 1 };
export const plain = createMasker([]);

/** Time that moves only when a test says so; waiting for a later time moves it. */
export function handClock(): Clock & { time: number } {
  return {
    time: 1_000,
    now() {
      return this.time;
    },
    async waitUntil(until) {
      this.time = Math.max(this.time, until);
    },
  };
}

const folders: string[] = [];
afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

export async function newStore(
  options: Partial<FileLogStoreOptions> = {},
): Promise<{ store: LogStore; folder: string; clock: ReturnType<typeof handClock> }> {
  const folder = await mkdtemp(join(tmpdir(), 'cicd-log-'));
  folders.push(folder);
  const clock = handClock();
  return { store: createFileLogStore({ folder, clock, ...options }), folder, clock };
}

export async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

export async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  return (await bytesOf(pieces)).toString();
}

export async function linesOf(lines: AsyncIterable<LogLine>): Promise<LogLine[]> {
  const all: LogLine[] = [];
  for await (const line of lines) all.push(line);
  return all;
}
