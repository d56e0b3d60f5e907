import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { largestMessage } from '../store/stored-text.ts';
import { claim, code, create, event, summary, values, type StoreTest } from './kit-run.ts';

const finished = { status: 'succeeded', finishedAt: '2026-01-01T00:00:02.000Z' } as const;

/** Who may write to a run, and who no longer. */
export function claimCases(test: StoreTest): void {
  test('a new one is its creator’s, and nobody claims what is held', async (store, { another }) => {
    deepEqual(await create(store, 'run-1'), claim('run-1'));
    const other = await another();
    deepEqual(await other.holder('run-1'), claim('run-1'));
    await rejects(other.claim('run-1', 'owner-2'), code('run.owned'));
    await rejects(other.claim('run-1', 'owner-2', { ...claim('run-1'), fence: 2 }), code('run.owned'));
    await rejects(other.claim('run-1', 'owner-2', { ...claim('run-1'), owner: 'owner-3' }), code('run.owned'));
    equal(await store.append(claim('run-1'), 0, [event('mine')], summary('run-1')), 1);
  });

  test('a claim over one whose owner is gone fences that owner off, whatever it still writes', async (store) => {
    await create(store, 'run-1');
    const taken = await store.claim('run-1', 'owner-2', claim('run-1'));
    deepEqual(taken, { run: 'run-1', owner: 'owner-2', fence: 2 });
    await rejects(
      store.append(claim('run-1'), 0, [event('late')], summary('run-1', { status: 'failed' })),
      code('run.not_owner'),
    );
    await rejects(
      store.append({ ...claim('run-1'), fence: 2 }, 0, [event('a')], summary('run-1')),
      code('run.not_owner'),
    );
    deepEqual(await values(store, 'run-1'), []);
    equal((await store.find('run-1')).status, 'running');
    await store.release(claim('run-1'));
    equal(await store.append(taken, 0, [event('mine')], summary('run-1')), 1);
  });

  test('one of many claims over the same owner wins', async (store, { another }) => {
    await create(store, 'run-1');
    const other = await another();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? store : other).claim('run-1', `taker-${index}`, claim('run-1')),
      ),
    );
    const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    equal(won.length, 1);
    deepEqual(await store.holder('run-1'), won[0]);
  });

  test('one that was given back can be claimed, and what was held before stays fenced off', async (store) => {
    const first = await create(store, 'run-1');
    await store.release(first);
    await store.release(first);
    equal(await store.holder('run-1'), undefined);
    await rejects(store.append(first, 0, [event('late')], summary('run-1')), code('run.not_owner'));
    const again = await store.claim('run-1', first.owner);
    ok(again.fence > first.fence);
    await rejects(store.append(first, 0, [event('late')], summary('run-1')), code('run.not_owner'));
    equal(await store.append(again, 0, [event('a')], summary('run-1')), 1);
  });

  test('the append that ends it gives it back, and unfinished ones are listed with who holds them', async (store) => {
    await create(store, 'run-2', { createdAt: '2026-01-01T00:00:02.000Z' });
    await create(store, 'run-1');
    await create(store, 'run-3', { createdAt: '2026-01-01T00:00:03.000Z' });
    await store.append(claim('run-3'), 0, [event('end')], summary('run-3', finished));
    await store.release(claim('run-2'));
    equal(await store.holder('run-3'), undefined);
    deepEqual(
      (await store.unfinished()).map(({ run, holder }) => [run.id, holder?.owner]),
      [
        ['run-1', 'owner-1'],
        ['run-2', undefined],
      ],
    );
    const again = await store.claim('run-3', 'owner-2');
    await store.append(again, 1, [event('once more')], summary('run-3', { attempt: 2 }));
    equal((await store.unfinished()).length, 3);
  });

  test('those of a group come in the order in which they were created, until they end', async (store, { another }) => {
    const other = await another();
    const group = { group: 'release' };
    await create(store, 'run-9', group);
    await create(other, 'run-1', { ...group, createdAt: '2025-01-01T00:00:00.000Z' });
    await create(store, 'run-5', group);
    await create(store, 'run-2', { group: 'other' });
    await create(store, 'run-3');
    const ids = async () => (await store.unfinishedOf('release')).map(({ id }) => id);
    deepEqual(await ids(), ['run-9', 'run-1', 'run-5']);
    await store.append(claim('run-9'), 0, [event('end')], summary('run-9', { ...finished, ...group }));
    deepEqual(await ids(), ['run-1', 'run-5']);
    equal((await store.find('run-9')).group, 'release');
    const again = await store.claim('run-9', 'owner-1');
    await store.append(again, 1, [event('again')], summary('run-9', { ...group, attempt: 2 }));
    await create(store, 'run-7', group);
    deepEqual(await ids(), ['run-1', 'run-5', 'run-9', 'run-7']);
    await store.append(again, 2, [event('a')], summary('run-9', { ...group, attempt: 2, status: 'running' }));
    deepEqual(await ids(), ['run-1', 'run-5', 'run-9', 'run-7']);
    deepEqual(await store.unfinishedOf('unknown'), []);
  });

  test('one of a run that has ended is kept over what is appended, until it is given back', async (store) => {
    await create(store, 'run-1');
    await store.append(claim('run-1'), 0, [event('end')], summary('run-1', finished));
    const held = await store.claim('run-1', 'owner-2');
    await store.append(held, 1, [event('afterwards')], summary('run-1', finished));
    deepEqual(await store.holder('run-1'), held);
    await rejects(store.claim('run-1', 'owner-3'), code('run.owned'));
    await store.release(held);
    equal(await store.holder('run-1'), undefined);
  });

  test('nobody claims what is not there', async (store) => {
    await rejects(store.claim('run-1', 'owner-1'), code('run.not_found'));
    await rejects(store.holder('run-1'), code('run.not_found'));
    await store.release(claim('run-1'));
    await create(store, 'run-1');
    await store.delete('run-1');
    await rejects(store.append(claim('run-1'), 0, [event('a')], summary('run-1')), code('run.not_found'));
  });
}

/** What others say to a run. */
export function messageCases(test: StoreTest): void {
  test('in the order they came, until they are dropped', async (store, { another }) => {
    await create(store, 'run-1');
    await create(store, 'run-2');
    const other = await another();
    const ids: number[] = [];
    for (const text of ['a', 'b', 'c']) ids.push(await other.post('run-1', { text }));
    await store.post('run-2', { text: 'elsewhere' });
    deepEqual(
      (await store.messages('run-1')).map(({ id, message }) => [id, message]),
      ids.map((id, index) => [id, { text: 'abc'[index] }]),
    );
    deepEqual(
      (await store.messages('run-1', ids[1])).map(({ id }) => id),
      [ids[2]],
    );
    await store.dropMessages('run-1', ids[2] ?? 0);
    await store.dropMessages('run-1', ids[2] ?? 0);
    deepEqual(await store.messages('run-1'), []);
    equal((await store.messages('run-2')).length, 1);
    ok((await store.post('run-1', {})) > (ids[2] ?? 0));
  });

  test('for runs that go on, and no larger than a message', async (store) => {
    await rejects(store.post('run-1', {}), code('run.not_found'));
    await create(store, 'run-1');
    await rejects(store.post('run-1', { text: 'x'.repeat(largestMessage) }), code('run.too_large'));
    await store.post('run-1', { text: 'unheard' });
    await store.append(claim('run-1'), 0, [event('end')], summary('run-1', finished));
    deepEqual(await store.messages('run-1'), []);
    await rejects(store.post('run-1', {}), code('run.ended'));
    await store.delete('run-1');
    deepEqual(await store.messages('run-1'), []);
  });
}
