import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@cicd/database';
import { describe, expect, it } from '@jest/globals';
import { createSqliteRunStore, runStoreMigrations, type RunStore } from '../../src/store/index.ts';
import type { KitEvent } from '../../src/testing/index.ts';
import { appendsInFlight, recognisable } from './recognisable-event.ts';

const appender = fileURLToPath(new URL('appender.ts', import.meta.url));
const kills = 6;

/** Runs the appender until it has had so many appends acknowledged, kills it there, and returns the last one it printed. */
async function appendUntilKilled(file: string, id: string, count: number): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--conditions', '@cicd/source', '--disable-warning=ExperimentalWarning', appender, file, id],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  let acknowledged = 0;
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Math.max(acknowledged, Number(line));
    if (++lines === count) child.kill('SIGKILL');
  }
  expect(await exited).toEqual([null, 'SIGKILL']);
  return acknowledged;
}

/** Works on the store as the only process that has it open, and closes it again. */
async function alone<Result>(file: string, work: (store: RunStore<KitEvent>) => Promise<Result>): Promise<Result> {
  const database = await openDatabase({ file, migrations: runStoreMigrations });
  const result = await work(createSqliteRunStore<KitEvent>(database));
  await database.close();
  return result;
}

describe('a process that is killed while it appends', () => {
  it('loses no acknowledged event, tears none, and leaves a file that opens', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cicd-killed-'));
    const file = join(folder, 'cicd.db');
    await alone(file, (store) =>
      store.create(
        {
          id: 'run-1',
          project: 'shop',
          pipeline: 'release',
          status: 'running',
          attempt: 1,
          createdAt: '2026-01-01T00:00:00.000Z',
        },
        {},
        [],
        'appender',
      ),
    );
    for (let kill = 0; kill < kills; kill++) {
      const count = 1 + Math.floor(Math.random() * 400);
      const acknowledged = await appendUntilKilled(file, 'run-1', count);
      expect((await stat(`${file}-wal`)).size).toBeGreaterThan(0);
      const events = await alone(file, (store) => store.read('run-1'));
      const found = { kill, count, acknowledged, stored: events.length };
      expect({
        ...found,
        lost: acknowledged > events.length,
        invented: events.length > acknowledged + appendsInFlight,
      }).toEqual({ ...found, lost: false, invented: false });
      expect(events).toEqual(events.map((_, index) => ({ sequence: index + 1, event: recognisable(index + 1) })));
    }
    await rm(folder, { recursive: true, force: true });
  }, 30_000);
});
