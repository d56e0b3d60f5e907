import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunEvent } from '@cicd/engine';
import { createFakeSandboxDriver } from '@cicd/plugin/testing';
import { createPlatform, type Platform } from '../../src/index.ts';

const count = 40;
const starter = new URL('start.ts', import.meta.url);
const decider = new URL('decide.ts', import.meta.url);

describe('many gates of one data folder', () => {
  let folder: string;
  let children: ChildProcess[];
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'cicd-gates-'));
    children = [];
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  /** Another process, and its lines as they come. */
  const start = (script: URL, ...args: string[]) => {
    const child = spawn(process.execPath, ['--conditions=@cicd/source', fileURLToPath(script), folder, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const says = async (line: string) => expect((await lines.next()).value).toBe(line);
    return { child, says, ended: once(child, 'exit') };
  };

  const raceOfDeciders = async () => {
    const deciders = [
      start(decider, 'ann', 'approve'),
      start(decider, 'bob', 'reject'),
      start(decider, 'cem', 'approve'),
    ];
    await Promise.all(deciders.map(({ says }) => says('ready')));
    for (const { child } of deciders) child.stdin?.write('go\n');
    for (const { ended } of deciders) expect(await ended).toEqual([0, null]);
  };

  const open = () =>
    createPlatform({ dataFolder: folder, local: true, sandbox: createFakeSandboxDriver({ program: () => {} }) });

  /** Every run was decided by one vote, and went its way. */
  const expectDecidedOnce = async (platform: Platform) => {
    const runs = await platform.runs.list({ limit: 1_000 });
    expect(runs).toHaveLength(count);
    for (const { id, status } of runs) {
      const events: readonly RunEvent[] = (await platform.runs.read(id)).map(({ event }) => event);
      const votes = events.flatMap((event) => (event.type === 'step.vote_cast' ? [event.vote] : []));
      const decisions = events.flatMap((event) =>
        event.type === 'step.resumed' && event.step === 'approve' ? [event.value] : [],
      );
      expect({ id, votes: votes.length, decisions }).toEqual({
        id,
        votes: 1,
        decisions: [{ approved: votes[0]?.verdict === 'approve', decided_by: [votes[0]?.by] }],
      });
      expect({ id, status }).toEqual({ id, status: votes[0]?.verdict === 'approve' ? 'succeeded' : 'failed' });
    }
  };

  it('outlive their process, and are each decided once by those who race', async () => {
    const first = start(starter, String(count));
    await first.says('waiting');
    first.child.kill('SIGKILL');
    await first.ended;
    await raceOfDeciders();
    const platform = await open();
    try {
      for (const { run } of await platform.runs.unfinished()) await (await platform.runtime.resume(run.id, {})).done;
      await expectDecidedOnce(platform);
    } finally {
      await platform.close();
    }
  }, 60_000);

  it('are each decided once while a process drives them, which goes on by itself', async () => {
    const driving = start(starter, String(count));
    await driving.says('waiting');
    await raceOfDeciders();
    await driving.says('done');
    const platform = await open();
    try {
      await expectDecidedOnce(platform);
    } finally {
      await platform.close();
    }
  }, 60_000);
});
