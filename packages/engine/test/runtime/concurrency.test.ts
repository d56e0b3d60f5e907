import { describe, expect, it } from '@jest/globals';
import { EngineError } from '@cicd/plugin';
import type { RunEvent } from '../../src/run/events.ts';
import { createMailbox } from '../../src/runtime/mailbox.ts';
import type { QueuedBehind } from '../../src/runtime/ports.ts';
import { createMemoryRunStore } from '../../src/testing/memory-run-store.ts';
import { plan } from '../run/plan-builder.ts';
import { containerStep, harness, quiet, step, until } from './harness.ts';
import { createMemoryOwners } from '../../src/testing/memory-owners.ts';

/** Steps that go on until they are let go, and what is at work now. */
function holding() {
  const gates = new Map<string, () => void>();
  return {
    working: () => [...gates.keys()].toSorted(),
    letGo: (run: string) => gates.get(run)?.(),
    definition: step('hold', async ({ run, signal }) => {
      const gate = Promise.withResolvers<void>();
      gates.set(run.id, gate.resolve);
      signal.addEventListener('abort', () => gate.reject(signal.reason as Error));
      await gate.promise.finally(() => gates.delete(run.id));
    }),
  };
}

function processes() {
  const owners = createMemoryOwners();
  const store = createMemoryRunStore<RunEvent>();
  const held = holding();
  const process = (name: string) =>
    harness({ steps: [held.definition], store, ports: { ownership: owners.process(name) } });
  const mail = createMailbox({ store, ownership: owners.process('mail'), clock: process('clock').clock });
  return { owners, store, held, process, mail };
}

const grouped = (group: string, cancelInProgress = false) =>
  plan([{ name: 'a', type: 'step.hold' }], { concurrency: { group, cancelInProgress }, inputs: { stage: 'prod' } });

describe('runs of a concurrency group', () => {
  it('go on one at a time over all processes, first come first served, and say who is before them', async () => {
    const { held, process } = processes();
    const told: QueuedBehind[] = [];
    const listener = { queued: (behind: QueuedBehind) => void told.push(behind) };
    const first = await process('a').start(grouped('deploy-{{ inputs.stage }}'), { id: 'one' });
    const second = await process('b').start(grouped('deploy-{{ inputs.stage }}'), { id: 'two', listener });
    const third = await process('c').start(grouped('deploy-prod'), { id: 'three' });
    const other = await process('d').start(grouped('deploy-test'), { id: 'other' });
    await until(() => held.working().length === 2 && told.length === 1);
    await quiet();
    expect(held.working()).toEqual(['one', 'other']);
    expect(told).toEqual([{ group: 'deploy-prod', run: 'one', isDriven: true }]);
    expect(second.state.status).toBe('queued');

    held.letGo('one');
    await first.done;
    await until(() => held.working().includes('two'));
    expect(held.working()).toEqual(['other', 'two']);
    held.letGo('two');
    await second.done;
    await until(() => held.working().includes('three'));
    held.letGo('three');
    held.letGo('other');
    expect((await third.done).status).toBe('succeeded');
    expect((await other.done).status).toBe('succeeded');
  });

  it('keep their group when their process is gone, until they are resumed', async () => {
    const { owners, held, process } = processes();
    await process('a').start(grouped('g'), { id: 'one' });
    await until(() => held.working().length === 1);
    owners.kill('a');
    const told: QueuedBehind[] = [];
    const second = await process('b').start(grouped('g'), {
      id: 'two',
      listener: { queued: (behind) => void told.push(behind) },
    });
    await until(() => told.length === 1);
    expect(told).toEqual([{ group: 'g', run: 'one', isDriven: false }]);
    const resumed = await process('c').runtime.resume('one', {});
    await quiet();
    held.letGo('one');
    await resumed.done;
    await until(() => held.working().includes('two'));
    held.letGo('two');
    expect((await second.done).status).toBe('succeeded');
  });

  it('are cancelled for a newer one where the pipeline says so', async () => {
    const { held, process } = processes();
    const first = await process('a').start(grouped('g'), { id: 'one' });
    await until(() => held.working().length === 1);
    const second = await process('b').start(grouped('g'), { id: 'two' });
    const third = await process('c').start(grouped('g', true), { id: 'three' });
    expect(await first.done).toMatchObject({ status: 'cancelled', cancel: { cause: 'superseded' } });
    expect(await second.done).toMatchObject({ status: 'cancelled' });
    await until(() => held.working().includes('three'));
    held.letGo('three');
    expect((await third.done).status).toBe('succeeded');
  });

  it('are cancelled while they queue, start nothing then, and hold nobody up', async () => {
    const { held, process, mail } = processes();
    const first = await process('a').start(grouped('g'), { id: 'one' });
    const second = await process('b').start(grouped('g'), { id: 'two' });
    const third = await process('c').start(grouped('g'), { id: 'three' });
    await until(() => held.working().length === 1);
    await mail.post('two', { type: 'cancel', cause: 'user' }, 'local:ann');
    const ended = await second.done;
    expect(ended).toMatchObject({ status: 'cancelled' });
    expect(ended.startedAt).toBeUndefined();
    held.letGo('one');
    await first.done;
    await until(() => held.working().includes('three'));
    held.letGo('three');
    await third.done;
  });

  it('go on in turn after a restart while they queued', async () => {
    const { owners, held, process } = processes();
    const first = await process('a').start(grouped('g'), { id: 'one' });
    await until(() => held.working().length === 1);
    await process('b').start(grouped('g'), { id: 'two' });
    owners.kill('b');
    const resumed = await process('c').runtime.resume('two', {});
    await quiet();
    expect(held.working()).toEqual(['one']);
    held.letGo('one');
    await first.done;
    await until(() => held.working().includes('two'));
    held.letGo('two');
    expect((await resumed.done).status).toBe('succeeded');
  });

  it('go on when the process that had the group died between its last word and the one to the next', async () => {
    const { owners, store, held, process } = processes();
    const silent = Promise.withResolvers<void>();
    const dying: typeof store = {
      ...store,
      async unfinishedOf(group) {
        const unfinished = await store.unfinishedOf(group);
        if (unfinished.some(({ id }) => id === 'one')) return unfinished;
        silent.resolve();
        return new Promise<never>(() => {});
      },
    };
    const ports = { ownership: owners.process('a') };
    const first = harness({ steps: [held.definition], store: dying, ports });
    await first.start(grouped('g'), { id: 'one' });
    const second = await process('b').start(grouped('g'), { id: 'two' });
    const third = await process('c').start(grouped('g'), { id: 'three' });
    await until(() => held.working().length === 1);
    held.letGo('one');
    await silent.promise;
    await quiet();
    expect(held.working()).toEqual([]);
    owners.kill('a');
    await until(() => held.working().includes('two'));
    // Of this one as well nobody hears a word.
    owners.kill('b');
    await quiet();
    expect(held.working()).toEqual(['two']);
    held.letGo('two');
    await second.done;
    await until(() => held.working().includes('three'));
    held.letGo('three');
    expect((await third.done).status).toBe('succeeded');
  });

  it('are told when the one before them is left, and when somebody goes on with it', async () => {
    const { owners, held, process } = processes();
    const told: QueuedBehind[] = [];
    const listener = { queued: (behind: QueuedBehind) => void told.push(behind) };
    const first = await process('a').start(grouped('g'), { id: 'one' });
    const second = await process('b').start(grouped('g'), { id: 'two', listener });
    await until(() => held.working().length === 1 && told.length === 1);
    await first.detach();
    await until(() => told.length === 2);
    await process('c').runtime.resume('one', {});
    await until(() => told.length === 3);
    owners.kill('c');
    await until(() => told.length === 4);
    expect(told.map(({ isDriven }) => isDriven)).toEqual([true, false, true, false]);
    await second.cancel('user');
    expect(await second.done).toMatchObject({ status: 'cancelled' });
  });

  it('wait trouble of the store out while they queue', async () => {
    const { owners, store, held, process } = processes();
    const troubled = new Set<string>();
    const inTrouble = async (operation: string) => {
      if (troubled.has(operation)) return;
      troubled.add(operation);
      throw new EngineError({ code: 'database.locked', message: operation, retryable: true });
    };
    const watched: typeof store = {
      ...store,
      unfinishedOf: async (group) => (await inTrouble('unfinishedOf'), store.unfinishedOf(group)),
      holder: async (run) => (await inTrouble('holder'), store.holder(run)),
      post: async (run, message) => (await inTrouble('post'), store.post(run, message)),
      messages: async (run, after) => (await inTrouble('messages'), store.messages(run, after)),
    };
    const first = await process('a').start(grouped('g'), { id: 'one' });
    await until(() => held.working().length === 1);
    const ports = { ownership: owners.process('b') };
    const troubles: string[] = [];
    const second = harness({ steps: [held.definition], store: watched, ports });
    const run = await second.start(grouped('g', true), {
      id: 'two',
      listener: { trouble: ({ message }) => void troubles.push(message) },
    });
    for (let round = 0; round < 8; round += 1) {
      await quiet();
      second.clock.advance(60_000);
    }
    expect(await first.done).toMatchObject({ status: 'cancelled', cancel: { cause: 'superseded' } });
    await until(() => held.working().includes('two'));
    expect(new Set(troubles)).toEqual(troubled);
    held.letGo('two');
    expect((await run.done).status).toBe('succeeded');
  });

  describe('that have ended and are run again', () => {
    /** The first step fails once; the second is held. */
    const twice = plan(
      [
        { name: 'a', type: 'step.once' },
        { name: 'b', type: 'step.flaky', needs: ['a'] },
        { name: 'c', type: 'step.hold', needs: ['b'] },
      ],
      { concurrency: { group: 'g', cancelInProgress: false }, timeout: 3_600_000 },
    );
    const again = async () => {
      const owners = createMemoryOwners();
      const store = createMemoryRunStore<RunEvent>();
      const held = holding();
      const done: string[] = [];
      const steps = [
        held.definition,
        containerStep('once'),
        step('flaky', ({ step: { attempt } }) => {
          if (attempt === 1) throw new Error('not yet');
        }),
      ];
      const program = ({ key }: { key: { step: string } }) => void done.push(key.step);
      const first = harness({ steps, store, program, ports: { ownership: owners.process('a') } });
      const process = (name: string) =>
        harness({
          steps,
          store,
          world: first,
          ports: { ownership: owners.process(name), sandboxes: () => first.driver },
        });
      await first.run(twice, { id: 'one', keepWorkspace: true });
      const holder = await process('b').start(grouped('g'), { id: 'two' });
      await until(() => held.working().includes('two'));
      return { owners, store, held, process, done, holder, first };
    };

    it('queue behind those that came meanwhile, and before those that come later', async () => {
      const { held, process, holder, done } = await again();
      const told: QueuedBehind[] = [];
      const listener = { queued: (behind: QueuedBehind) => void told.push(behind) };
      const rerun = await process('c').runtime.rerun('one', { actor: 'local:ann', listener });
      const later = await process('d').start(grouped('g'), { id: 'three' });
      await until(() => told.length === 1);
      expect(told).toEqual([{ group: 'g', run: 'two', isDriven: true }]);
      expect(rerun.state).toMatchObject({ status: 'queued', attempt: 2 });
      expect(rerun.state.startedAt).toBeUndefined();
      held.letGo('two');
      await holder.done;
      await until(() => held.working().includes('one'));
      expect(rerun.state.deadline).toBeGreaterThan(0);
      expect(held.working()).toEqual(['one']);
      held.letGo('one');
      const ended = await rerun.done;
      expect(ended).toMatchObject({ status: 'succeeded', attempt: 2 });
      expect(ended.steps.get('a')).toMatchObject({ status: 'succeeded', reused: true });
      expect(done).toEqual(['a']);
      await until(() => held.working().includes('three'));
      held.letGo('three');
      expect((await later.done).status).toBe('succeeded');
    });

    it('keep their place when their process is gone', async () => {
      const { owners, held, process, holder, done } = await again();
      await process('c').runtime.rerun('one', { actor: 'local:ann' });
      const later = await process('d').start(grouped('g'), { id: 'three' });
      owners.kill('c');
      const resumed = await process('e').runtime.resume('one', {});
      held.letGo('two');
      await holder.done;
      await until(() => held.working().length > 0);
      expect(held.working()).toEqual(['one']);
      held.letGo('one');
      expect(await resumed.done).toMatchObject({ status: 'succeeded', attempt: 2 });
      expect(done).toEqual(['a']);
      await until(() => held.working().includes('three'));
      held.letGo('three');
      await later.done;
    });

    it('lose nothing when they are cancelled while they queue', async () => {
      const { held, process, holder, done, first } = await again();
      const rerun = await process('c').runtime.rerun('one', { actor: 'local:ann', keepWorkspace: true });
      await rerun.cancel('user');
      expect(await rerun.done).toMatchObject({ status: 'cancelled', workspace: {} });
      expect(await first.driver.runs()).toContain('one');
      held.letGo('two');
      await holder.done;
      const third = await process('d').runtime.rerun('one', { actor: 'local:ann' });
      await until(() => held.working().includes('one'));
      held.letGo('one');
      expect(await third.done).toMatchObject({ status: 'succeeded', attempt: 3 });
      expect(done).toEqual(['a']);
    });
  });
});
