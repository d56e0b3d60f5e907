import { describe, expect, it } from '@jest/globals';
import type { RunEvent } from '../../src/run/events.ts';
import { createMailbox } from '../../src/runtime/mailbox.ts';
import { createMemoryRunStore } from '../../src/testing/memory-run-store.ts';
import { plan } from '../run/plan-builder.ts';
import { containerStep, harness, quiet, step, until, type HarnessOptions } from './harness.ts';
import { createMemoryOwners } from '../../src/testing/memory-owners.ts';

/** A container that ends when it is told to. */
function endable() {
  const ends = Promise.withResolvers<void>();
  const starts: string[] = [];
  const stops: string[] = [];
  let ended = false;
  return {
    starts,
    stops,
    end() {
      ended = true;
      ends.resolve();
    },
    program: async ({ key, signal }: { key: { step: string }; signal: AbortSignal }) => {
      starts.push(key.step);
      signal.addEventListener('abort', () => !ended && stops.push(key.step));
      await ends.promise;
    },
  };
}

/** Two processes over one store, one engine and one clock. */
function twoProcesses(options: Omit<HarnessOptions, 'store' | 'world' | 'ports'>) {
  const owners = createMemoryOwners();
  const store = createMemoryRunStore<RunEvent>();
  const [ownA, ownB] = [owners.process('a'), owners.process('b')];
  const a = harness({ ...options, store, ports: { ownership: ownA } });
  const b = harness({ ...options, store, ports: { ownership: ownB }, world: a });
  const mail = createMailbox({ store, ownership: ownB, clock: a.clock });
  return { owners, store, a, b, mail };
}

const one = plan([{ name: 'a', type: 'step.container' }]);
const lostError = { code: 'run.step_lost' };

describe('a run', () => {
  it('is driven by one process: another may not resume it while that one lives, and may at once when it is dead', async () => {
    const container = endable();
    const { owners, a, b } = twoProcesses({ steps: [containerStep()], program: container.program });
    const first = await a.start(one);
    await until(() => container.starts.length === 1);
    await expect(b.runtime.resume(first.id, {})).rejects.toMatchObject({ code: 'run.owned' });
    owners.kill('a');
    const second = await b.runtime.resume(first.id, {});
    container.end();
    expect((await second.done).status).toBe('succeeded');
    await expect(first.done).rejects.toMatchObject({ code: 'run.not_owner' });
    expect(container).toMatchObject({ starts: ['a'], stops: [] });
  });

  it('that was taken over is given up without touching its containers', async () => {
    const container = endable();
    const { store, a } = twoProcesses({ steps: [containerStep()], program: container.program });
    const handle = await a.start(one);
    await until(() => container.starts.length === 1);
    await store.claim(handle.id, 'b', await store.holder(handle.id));
    await expect(handle.cancel('user')).rejects.toMatchObject({ code: 'run.not_owner' });
    await quiet();
    expect(container.stops).toEqual([]);
    expect(a.engine.open('fake', handle.id).processes.size).toBe(1);
    container.end();
  });

  it('that is let go of goes on by itself, and whoever resumes it takes it up where it stands', async () => {
    const container = endable();
    const { a, b, store } = twoProcesses({ steps: [containerStep()], program: container.program });
    const first = await a.start(one);
    await until(() => container.starts.length === 1);
    await first.detach();
    await first.detach();
    await expect(first.done).rejects.toMatchObject({ code: 'run.left' });
    expect(await store.holder(first.id)).toBeUndefined();
    const second = await b.runtime.resume(first.id, {});
    container.end();
    expect((await second.done).status).toBe('succeeded');
    expect(container).toMatchObject({ starts: ['a'], stops: [] });
  });

  it('that ends while it is let go of has ended', async () => {
    const given = harness({ steps: [step('test', () => {})] });
    const handle = await given.start(plan([{ name: 'a' }]));
    await handle.done;
    await handle.detach();
    expect((await handle.done).status).toBe('succeeded');
    await expect(given.runtime.resume(handle.id, {})).rejects.toMatchObject({ code: 'run.ended' });
    expect(await given.store.holder(handle.id)).toBeUndefined();
  });
});

describe('a message to a run', () => {
  it('reaches the process that drives it, with its effect and its sender in the history', async () => {
    const container = endable();
    const program = ({ signal, ...rest }: Parameters<typeof container.program>[0]) =>
      Promise.race([
        container.program({ signal, ...rest }),
        new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
      ]);
    const { a, mail, store } = twoProcesses({ steps: [containerStep()], program });
    const handle = await a.start(one);
    await until(() => container.starts.length === 1);
    expect(await mail.post(handle.id, { type: 'cancel', cause: 'user' }, 'local:ann')).toBe('driver');
    expect(await handle.done).toMatchObject({ status: 'cancelled', cancel: { cause: 'user' } });
    expect(await a.events(handle)).toContainEqual(
      expect.objectContaining({
        type: 'run.message_received',
        actor: 'local:ann',
        content: { type: 'cancel', cause: 'user' },
      }),
    );
    expect(await store.messages(handle.id)).toEqual([]);
    await expect(mail.post(handle.id, { type: 'cancel', cause: 'user' }, 'local:ann')).rejects.toMatchObject({
      code: 'run.ended',
    });
  });

  it('that nobody drives is recorded by its sender; what follows is done when the run is resumed', async () => {
    const container = endable();
    const { owners, a, b, mail, store } = twoProcesses({ steps: [containerStep()], program: container.program });
    const first = await a.start(one);
    await until(() => container.starts.length === 1);
    a.engine.open('fake', first.id).processes.clear();
    owners.kill('a');
    const second = await b.runtime.resume(first.id, {});
    await until(() => second.state.status === 'waiting');
    expect(second.state.steps.get('a')).toMatchObject({ status: 'unknown', error: lostError });
    expect(await second.leave()).toBe(true);

    await expect(
      mail.post(first.id, { type: 'resolve', step: 'b', outcome: 'failed' }, 'local:ann'),
    ).rejects.toMatchObject({ code: 'run.step_unknown' });
    expect(await mail.post(first.id, { type: 'resolve', step: 'a', outcome: 'succeeded' }, 'local:ann')).toBe('sender');
    await expect(
      mail.post(first.id, { type: 'resolve', step: 'a', outcome: 'failed' }, 'local:bob'),
    ).rejects.toMatchObject({ code: 'run.step_not_lost' });
    expect(await store.holder(first.id)).toBeUndefined();
    expect(await store.messages(first.id)).toEqual([]);
    const third = await a.runtime.resume(first.id, {});
    expect((await third.done).status).toBe('succeeded');
    expect(container.starts).toEqual(['a']);
  });

  it('has its effect once, however often and by whomever it is delivered', async () => {
    const { a, mail, store, owners } = twoProcesses({
      steps: [
        step('wait', () => ({ wait: { kind: 'timer', deadline: Number.MAX_SAFE_INTEGER } }), { recovery: 'never' }),
      ],
    });
    const handle = await a.start(plan([{ name: 'a', type: 'step.wait' }]));
    await until(() => handle.state.status === 'waiting');
    await handle.leave();
    const other = createMailbox({ store, ownership: owners.process('c'), clock: a.clock });
    const posted = Array.from({ length: 10 }, (_, index) =>
      (index % 2 ? mail : other).post(handle.id, { type: 'cancel', cause: 'user' }, `local:${index}`),
    );
    await Promise.all([...posted, mail.deliver(handle.id), other.deliver(handle.id)]);
    const events = await a.events(handle);
    const received = events.filter(({ type }) => type === 'run.message_received');
    expect(received).toHaveLength(10);
    expect(new Set(received.map((event) => (event as { message: number }).message)).size).toBe(10);
    // The first asks, the second insists, and the others change nothing.
    expect(events.filter(({ type }) => type === 'run.cancel_requested')).toHaveLength(2);
    expect(await store.messages(handle.id)).toEqual([]);
  });

  it('posted while the driver leaves is not forgotten', async () => {
    const { a, store } = twoProcesses({
      steps: [
        step('wait', () => ({ wait: { kind: 'timer', deadline: Number.MAX_SAFE_INTEGER } }), { recovery: 'never' }),
      ],
    });
    const handle = await a.start(plan([{ name: 'a', type: 'step.wait' }]));
    await until(() => handle.state.status === 'waiting');
    const leaving = handle.leave();
    await store.post(handle.id, { actor: 'local:ann', content: { type: 'cancel', cause: 'user' } });
    await leaving;
    expect((await a.events(handle)).map(({ type }) => type)).toContain('run.cancel_requested');
    expect(await store.messages(handle.id)).toEqual([]);
    expect(await store.holder(handle.id)).toBeUndefined();
  });
});
