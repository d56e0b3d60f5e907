import { describe, expect, it } from '@jest/globals';
import type { JsonObject, StepResult } from '@cicd/plugin';
import { createManualClock } from '@cicd/plugin/testing';
import type { Vote } from '../../src/run/approval.ts';
import type { RunEvent } from '../../src/run/events.ts';
import type { RunMessage } from '../../src/run/messages.ts';
import type { RunState } from '../../src/run/state.ts';
import { createMailbox } from '../../src/runtime/mailbox.ts';
import { createSoleOwnership } from '../../src/runtime/ownership.ts';
import { createMemoryRunStore } from '../../src/testing/memory-run-store.ts';
import { plan } from '../run/plan-builder.ts';
import { containerStep, harness, quiet, step, until } from './harness.ts';

const ask = (): StepResult => ({
  wait: {
    kind: 'approval',
    deadline: Date.UTC(2026, 0, 2),
    approval: { approvers: ['bob', 'eve'], required: 2 },
  },
});
const gate = step('gate', ask, {
  resume: (_ctx, { kind, value = {} }) => Promise.resolve({ outputs: { kind, ...value } }),
});
const gated = plan([{ name: 'a', type: 'step.gate' }], { secrets: ['TOKEN'] });
const run = { secrets: { TOKEN: 'hunter2-hunter2' } };

async function asked(local = false) {
  const store = createMemoryRunStore<RunEvent>();
  const given = harness({ steps: [gate], store, ports: { local } });
  const handle = await given.start(gated, run);
  await until(() => handle.state.status === 'waiting');
  await quiet();
  const vote = (by: string, rest: Partial<Vote> = {}): Promise<void> =>
    handle.vote('a', {
      by,
      verdict: 'approve',
      digest: handle.state.steps.get('a')?.approval?.digest ?? '',
      ...rest,
    });
  return { given, handle, store, vote };
}

describe('a run that waits for votes', () => {
  it('goes on at the last vote it needs, and keeps no secret that a comment held', async () => {
    const { given, handle, vote } = await asked();
    await vote('bob', { comment: 'the token is hunter2-hunter2' });
    expect(handle.state.status).toBe('waiting');
    await vote('eve');
    const state = await handle.done;
    expect(state.steps.get('a')?.outputs).toEqual({
      kind: 'decision',
      approved: true,
      decided_by: ['bob', 'eve'],
      comment: 'the token is ***',
    });
    expect(JSON.stringify(await given.events(handle))).not.toContain('hunter2');
  });

  it.each(['by a living process', 'by nobody'])('is sent no secret in a comment, driven %s', async (driven) => {
    const { given, handle, store } = await asked();
    if (driven === 'by nobody') await handle.leave();
    const written: unknown[] = [];
    const watched: typeof store = {
      ...store,
      post: (id, message) => store.post(id, written[written.push(message) - 1] as JsonObject),
    };
    const ownership = createSoleOwnership('sender');
    const mail = createMailbox({ store: watched, ownership, clock: given.clock });
    const digest = handle.state.steps.get('a')?.approval?.digest ?? '';
    const vote = (comment?: string): RunMessage => ({
      type: 'vote',
      step: 'a',
      vote: { by: 'bob', verdict: 'approve', digest, ...(comment !== undefined && { comment }) },
    });
    const comment = `base64 it is ${Buffer.from('hunter2-hunter2').toString('base64')}`;
    for (const secrets of [undefined, { OTHER: 'hunter2-hunter2' }]) {
      await expect(mail.post('run-1', vote(comment), 'bob', secrets)).rejects.toMatchObject({
        code: 'approval.comment_not_maskable',
        details: { names: ['TOKEN'] },
      });
    }
    expect(written).toEqual([]);
    await mail.post('run-1', vote(comment), 'bob', run.secrets);
    expect(written).toMatchObject([{ content: { vote: { comment: 'base64 it is ***' } } }]);
    if (driven === 'by nobody') expect(JSON.stringify(await given.events(handle))).toContain('base64 it is ***');
  });

  it('is sent a vote without a comment, or to a run without secrets, by anybody', async () => {
    const store = createMemoryRunStore<RunEvent>();
    const given = harness({ steps: [gate], store });
    for (const [secrets, comment] of [
      [['TOKEN'], undefined],
      [[], 'fine'],
    ] as const) {
      const handle = await given.start(plan([{ name: 'a', type: 'step.gate' }], { secrets: [...secrets] }), run);
      await until(() => handle.state.status === 'waiting');
      await handle.leave();
      const mail = createMailbox({ store, ownership: createSoleOwnership('sender'), clock: given.clock });
      const digest = handle.state.steps.get('a')?.approval?.digest ?? '';
      const cast: Vote = { by: 'bob', verdict: 'approve', digest, ...(comment !== undefined && { comment }) };
      expect(await mail.post(handle.id, { type: 'vote', step: 'a', vote: cast }, 'bob')).toBe('sender');
    }
  });

  it('tells a vote that does not count why', async () => {
    const { handle, vote } = await asked();
    await expect(vote('mallory')).rejects.toMatchObject({ code: 'approval.not_approver' });
    await expect(vote('local:bob', { local: true })).rejects.toMatchObject({ code: 'approval.not_local' });
    await vote('eve', { verdict: 'reject' });
    await expect(vote('bob')).rejects.toMatchObject({ code: 'approval.decided' });
    expect((await handle.done).steps.get('a')?.outputs).toMatchObject({ approved: false, decided_by: ['eve'] });
  });

  it('is decided exactly once by votes that come at the same time', async () => {
    const { given, handle, vote } = await asked();
    const votes = await Promise.allSettled(
      ['bob', 'eve'].flatMap((by) => [vote(by), vote(by, { verdict: 'reject' }), vote(by)]),
    );
    expect(votes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    await handle.done;
    const resumed = (await given.events(handle)).filter(({ type }) => type === 'step.resumed');
    expect(resumed).toHaveLength(1);
  });

  it('keeps its votes over a restart', async () => {
    const { given, store, vote } = await asked();
    await vote('bob');
    const second = harness({ steps: [gate], store, world: given });
    const resumed = await second.runtime.resume('run-1', run);
    const digest = resumed.state.steps.get('a')?.approval?.digest ?? '';
    await resumed.vote('a', { by: 'eve', verdict: 'approve', digest });
    expect((await resumed.done).steps.get('a')?.outputs).toMatchObject({ decided_by: ['bob', 'eve'] });
  });

  it('lets its deadline decide when it passed while nobody drove the run', async () => {
    const { given, store } = await asked();
    const clock = createManualClock(Date.UTC(2026, 0, 3));
    const second = harness({ steps: [gate], store, world: given, ports: { clock } });
    const resumed = await second.runtime.resume('run-1', run);
    expect((await resumed.done).steps.get('a')?.outputs).toEqual({ kind: 'timer' });
  });
});

describe('a run that is left waiting', () => {
  const work = containerStep();
  const graph = plan([
    { name: 'build', type: 'step.container' },
    { name: 'a', type: 'step.gate', needs: ['build'] },
    { name: 'ship', type: 'step.container', needs: ['a'] },
  ]);

  it('leaves no container and no timer behind, keeps its workspace, and goes on elsewhere', async () => {
    const store = createMemoryRunStore<RunEvent>();
    const given = harness({ steps: [work, gate], store });
    const told = Promise.withResolvers<RunState>();
    const handle = await given.start(graph, { listener: { waits: told.resolve } });
    expect((await told.promise).steps.get('a')?.status).toBe('waiting');
    const workspace = given.engine.open('fake', 'run-1').workspaces.get('');
    expect(await handle.leave()).toBe(true);
    expect((await handle.done).status).toBe('waiting');
    expect(given.clock.waiting).toBe(0);
    expect(given.engine.open('fake', 'run-1').processes.size).toBe(0);
    expect(given.engine.open('fake', 'run-1').workspaces.get('')).toBe(workspace);
    const digest = handle.state.steps.get('a')?.approval?.digest ?? '';
    const vote = { verdict: 'approve' as const, digest };
    await expect(handle.vote('a', { by: 'bob', ...vote })).rejects.toMatchObject({ code: 'run.left' });
    await expect(handle.cancel('user')).rejects.toMatchObject({ code: 'run.left' });

    const second = harness({ steps: [work, gate], store, world: given });
    const again = Promise.withResolvers<RunState>();
    const resumed = await second.runtime.resume('run-1', { listener: { waits: again.resolve } });
    await again.promise;
    await resumed.vote('a', { by: 'bob', ...vote });
    await resumed.vote('a', { by: 'eve', ...vote });
    expect((await resumed.done).status).toBe('succeeded');
  });

  it('is not left while something of it runs, or once it has gone on', async () => {
    const { handle, vote } = await asked();
    const leaving = handle.leave();
    await Promise.all([vote('bob'), vote('eve')]);
    expect(await leaving).toBe(false);
    expect((await handle.done).status).toBe('succeeded');
    expect(await handle.leave()).toBe(false);
  });

  it('says that it waits again after each vote that does not decide', async () => {
    let told = 0;
    const { handle, vote } = await asked();
    handle.subscribe({ waits: () => (told += 1) });
    await vote('bob');
    await until(() => told === 1);
    await quiet();
    expect(told).toBe(1);
    await handle.cancel('user');
    await handle.done;
    expect(told).toBe(1);
  });
});

describe('a run of a data folder without a server', () => {
  it('takes the vote of its terminal for all of them', async () => {
    const { handle, vote } = await asked(true);
    await vote('local:test', { local: true });
    expect((await handle.done).steps.get('a')?.outputs).toMatchObject({ decided_by: ['local:test'] });
  });

  it('is gone on with by no server', async () => {
    const { given, store } = await asked(true);
    const server = harness({ steps: [gate], store, world: given });
    await expect(server.runtime.resume('run-1', run)).rejects.toMatchObject({ code: 'run.local' });
  });
});
