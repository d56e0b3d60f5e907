import { describe, expect, it } from '@jest/globals';
import { expiredWorkspaces, removeExpiredWorkspaces } from '../../src/runtime/workspace-retention.ts';
import { createSoleOwnership } from '../../src/runtime/index.ts';
import type { RunSummary } from '../../src/store/run-store.ts';
import { plan } from '../run/plan-builder.ts';
import { containerStep, harness } from './harness.ts';

const hour = 3_600_000;
const now = Date.UTC(2026, 0, 2);
const limits = { age: 24 * hour, bytes: 100 };

const ended = (id: string, hoursAgo: number, workspaceBytes?: number): RunSummary => ({
  id,
  project: '/demo',
  pipeline: 'demo',
  status: 'failed',
  attempt: 1,
  createdAt: new Date(now - 48 * hour).toISOString(),
  finishedAt: new Date(now - hoursAgo * hour).toISOString(),
  ...(workspaceBytes !== undefined && { workspaceBytes }),
});

describe('workspaces that are kept', () => {
  it('go when they are a day old', () => {
    expect(expiredWorkspaces([ended('new', 23, 1), ended('old', 25, 1), ended('none', 30)], now, limits)).toEqual([
      'old',
    ]);
  });

  it('go, oldest first, when there is no room beside the newer ones', () => {
    const runs = [ended('third', 3, 40), ended('first', 1, 40), ended('second', 2, 40)];
    expect(expiredWorkspaces(runs, now, limits)).toEqual(['third']);
  });

  it('leave at least the newest one', () => {
    expect(expiredWorkspaces([ended('huge', 1, 1_000), ended('small', 2, 1)], now, limits)).toEqual(['small']);
  });

  it('are removed with a word in their history, and a rerun begins anew', async () => {
    const started: string[] = [];
    const { run, runtime, store, driver, clock, events } = harness({
      steps: [containerStep()],
      program: ({ key }) => (started.push(`${key.step}.${key.attempt}`), key.step === 'b' && key.attempt === 1 ? 1 : 0),
    });
    const graph = plan([
      { name: 'a', type: 'step.container' },
      { name: 'b', type: 'step.container', needs: ['a'] },
    ]);
    await run(graph, { keepWorkspace: true });
    expect(await store.list({ keepsWorkspace: true })).toHaveLength(1);
    const retention = { store, driver, clock, ownership: createSoleOwnership('sweeper') };
    expect(await removeExpiredWorkspaces(retention)).toEqual([]);
    clock.advance(25 * hour);
    expect(await removeExpiredWorkspaces(retention)).toEqual(['run-1']);
    expect(await store.list({ keepsWorkspace: true })).toEqual([]);
    expect(await driver.runs()).toEqual([]);
    expect((await events({ id: 'run-1' })).at(-1)?.type).toBe('run.workspace_removed');
    expect((await store.find('run-1')).status).toBe('failed');
    started.length = 0;
    expect((await (await runtime.rerun('run-1', { actor: 'local:ann' })).done).status).toBe('succeeded');
    expect(started).toEqual(['a.2', 'b.2']);
  });
});
