import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunEvent, RunSummary } from '@cicd/engine';
import { createFakeSandboxDriver, createManualClock } from '@cicd/plugin/testing';
import { openDataFolder } from '../src/local/data-folder/data-folder.ts';
import { reserveRun } from '../src/local/data-folder/reserve-run.ts';
import { createPlatform, sweep, type Platform } from '../src/index.ts';

const now = Date.now();
const clock = createManualClock(now);

describe('the sweep', () => {
  let root: string;
  let platform: Platform;
  const driver = createFakeSandboxDriver({ program: () => {} });
  beforeEach(async () => {
    root = mkdtempSync(path.join(os.tmpdir(), 'cicd-sweep-'));
    platform = await createPlatform({ dataFolder: root });
  });
  afterEach(async () => {
    await platform.close();
    await driver.sweep(async (runs) => runs);
    rmSync(root, { recursive: true });
  });

  /** Its process is gone. */
  const stored = async (id: string, more: Partial<RunSummary> = {}, then: readonly RunEvent[] = []) => {
    const created = {
      id,
      project: '/p',
      pipeline: 'p',
      status: 'running',
      attempt: 1,
      createdAt: '2026-01-01T00:00:00Z',
    };
    const begun: RunEvent = {
      type: 'run.created',
      at: now,
      run: id,
      project: '/p',
      pipeline: 'p',
      plan: '',
      attempt: 1,
      actor: 'local:ann',
      trigger: {},
    };
    const plan = { failFast: false, steps: [], compensation: [] };
    await platform.runs.create({ ...created, ...more } as RunSummary, plan, [begun, ...then], 'gone');
    await driver.open(id);
  };
  const ended = (status: RunSummary['status']): Partial<RunSummary> => ({
    status,
    finishedAt: new Date(now).toISOString(),
  });

  it('deletes artifacts whose retention is over, and looks for them once an hour', async () => {
    const { artifacts } = platform;
    const put = (key: string, minutes: number) =>
      artifacts.put('run', key, Readable.from(['x']), { expiresAt: new Date(now + minutes * 60_000).toISOString() });
    const keys = async () => (await artifacts.list('run')).map(({ key }) => key);
    const sweepAt = (minutes: number) => sweep(platform, driver, createManualClock(now + minutes * 60_000));
    await put('first', 5);
    await put('second', 20);
    await put('third', 90);
    await artifacts.put('run', 'kept', Readable.from(['x']));
    await sweepAt(10);
    expect(await keys()).toEqual(['kept', 'second', 'third']);
    await sweepAt(30);
    expect(await keys()).toEqual(['kept', 'second', 'third']);
    await sweepAt(70);
    expect(await keys()).toEqual(['kept', 'third']);
    // As after a clock that went wrong.
    await sweepAt(100_000);
    expect(await keys()).toEqual(['kept']);
    await put('fourth', 110);
    await sweepAt(120);
    expect(await keys()).toEqual(['kept']);
  });

  it('deletes no artifact of a folder that is a copy', async () => {
    await platform.artifacts.put('run', 'key', Readable.from(['x']), { expiresAt: new Date(now - 1).toISOString() });
    await sweep({ ...platform, atHome: false }, driver, clock);
    expect(await platform.artifacts.list('run')).toHaveLength(1);
  });

  it('removes what nobody comes back for, and spares the rest', async () => {
    await stored('interrupted');
    await stored('waiting', { status: 'waiting' });
    await stored('succeeded', ended('succeeded'));
    await stored('cancelled', ended('cancelled'));
    await stored('failed', ended('failed'));
    await stored('kept', { ...ended('failed'), workspaceBytes: 1 });
    for (const id of ['never-begun', 'reserved', 'reserved-long-ago']) await driver.open(id);
    reserveRun(root, 'reserved');
    reserveRun(root, 'reserved-long-ago');
    const { reserved } = openDataFolder(root);
    utimesSync(path.join(reserved, 'reserved-long-ago'), now / 1_000 - 7_200, now / 1_000 - 7_200);

    expect([...(await sweep(platform, driver, clock))].toSorted()).toEqual([
      'cancelled',
      'failed',
      'never-begun',
      'reserved-long-ago',
      'succeeded',
    ]);
    expect([...(await driver.runs())].toSorted()).toEqual(['interrupted', 'kept', 'reserved', 'waiting']);
    expect(readdirSync(reserved)).toEqual(['reserved']);
  });

  it('removes the shell of a terminal that was killed, and leaves the workspace', async () => {
    const finished: RunEvent = { type: 'run.finished', at: now, status: 'failed', warning: false, workspace: {} };
    await stored('shell', { ...ended('failed'), workspaceBytes: 1 }, [finished]);
    const sandbox = await driver.open('shell');
    const key = { step: 'build.shell', attempt: 1 };
    await sandbox.create({ key, image: 'busybox', command: ['sh'], workspace: sandbox.workspace });
    const held = await platform.runs.claim('shell', await platform.ownership.open());
    await sweep(platform, driver, clock);
    expect(await sandbox.attach(key)).toBeDefined();
    await platform.runs.claim('shell', 'gone', held);
    await sweep(platform, driver, clock);
    expect(await sandbox.attach(key)).toBeUndefined();
    expect(await driver.runs()).toEqual(['shell']);
    expect(await platform.runs.holder('shell')).toBeUndefined();
  });

  it('removes the files of processes that are gone', async () => {
    const own = await platform.ownership.open();
    for (const name of [own, '0123456789abcdef', 'clone-of-old']) {
      mkdirSync(path.join(platform.folder.temporary, name, 'clone'), { recursive: true });
    }
    mkdirSync(path.join(platform.folder.owners, '0123456789abcdef'));
    await sweep(platform, driver, clock);
    expect(readdirSync(platform.folder.temporary)).toEqual([own]);
    expect(readdirSync(platform.folder.owners)).toEqual([own]);
  });

  it('removes nothing from a folder that was copied', async () => {
    await driver.open('not-ours');
    await platform.close();
    const elsewhere = { id: '0123456789ab', host: 'elsewhere', inode: 1 };
    writeFileSync(path.join(root, 'instance.json'), JSON.stringify(elsewhere));
    platform = await createPlatform({ dataFolder: root });
    expect(await sweep(platform, driver, clock)).toEqual([]);
    expect(await driver.runs()).toEqual(['not-ours']);
  });
});
