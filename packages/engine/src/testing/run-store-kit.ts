import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import type { KitRunner } from '@cicd/plugin/testing';
import { largestEvent } from '../store/stored-text.ts';
import { claim, code, create, event, owner, summary, values, type RunStoreFixture, type StoreTest } from './kit-run.ts';
import { claimCases, messageCases } from './run-claim-cases.ts';

/** What every run store promises. `factory` is called once for each test. */
export function describeRunStore(name: string, runner: KitRunner, factory: () => Promise<RunStoreFixture>): void {
  const test: StoreTest = (title, body) =>
    runner.it(title, async () => {
      const fixture = await factory();
      try {
        await body(fixture.store, fixture);
      } finally {
        await fixture.dispose();
      }
    });

  runner.describe(`${name} keeps events`, () => {
    test('in order, from 1 without a gap, and as they were', async (store) => {
      const odd = { text: 'naïve 👍 \u0000 \u2028 "\'; DROP TABLE run; --', deep: [{ a: [null, true, -0.5, 1e21] }] };
      await store.create(summary('run-1'), { steps: [{ name: 'build' }] }, [event('a'), event(odd)], owner);
      equal(await store.append(claim('run-1'), 2, [event('b'), event('c')], summary('run-1')), 4);
      deepEqual(await store.read('run-1'), [
        { sequence: 1, event: event('a') },
        { sequence: 2, event: event(odd) },
        { sequence: 3, event: event('b') },
        { sequence: 4, event: event('c') },
      ]);
      deepEqual(await values(store, 'run-1', 3), ['c']);
      deepEqual(await values(store, 'run-1', 4), []);
      deepEqual(await store.plan('run-1'), { steps: [{ name: 'build' }] });
    });

    test('as they were when they were handed over', async (store) => {
      const value = { outputs: ['one'] };
      const created = store.create(summary('run-1'), {}, [event(value)], owner);
      value.outputs.push('two');
      await created;
      deepEqual(await values(store, 'run-1'), [{ outputs: ['one'] }]);
    });

    test('of appends that nobody waited for, in the order they were asked for', async (store) => {
      const created = create(store, 'run-1');
      const appended = Array.from({ length: 2_500 }, (_, index) =>
        store.append(claim('run-1'), index, [event(index)], summary('run-1')),
      );
      await created;
      deepEqual(
        await Promise.all(appended),
        Array.from({ length: 2_500 }, (_, index) => index + 1),
      );
      deepEqual(
        await values(store, 'run-1'),
        Array.from({ length: 2_500 }, (_, index) => index),
      );
    });

    test('up to their size, and refuses larger ones by name, storing nothing', async (store) => {
      await create(store, 'run-1');
      const big = 'x'.repeat(largestEvent - 1_000);
      await store.append(claim('run-1'), 0, [event(big)], summary('run-1'));
      await rejects(
        store.append(claim('run-1'), 1, [event('small'), event(big + big)], summary('run-1')),
        code('run.too_large'),
      );
      await rejects(store.create(summary('run-2'), {}, [event(big + big)], owner), code('run.too_large'));
      deepEqual(await values(store, 'run-1'), [big]);
      await rejects(store.read('run-2'), code('run.not_found'));
    });
  });

  runner.describe(`${name} lets one writer win`, () => {
    test('of two at the same sequence; the other loses cleanly and can go on', async (store) => {
      await create(store, 'run-1');
      const outcomes = await Promise.allSettled(
        ['a', 'b'].map((value) => store.append(claim('run-1'), 0, [event(value), event(value)], summary('run-1'))),
      );
      deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
      const winner = outcomes[0]?.status === 'fulfilled' ? 'a' : 'b';
      deepEqual(await values(store, 'run-1'), [winner, winner]);
      await rejects(
        store.append(claim('run-1'), 1, [event('behind')], summary('run-1')),
        code('run.sequence_conflict'),
      );
      await rejects(store.append(claim('run-1'), 3, [event('ahead')], summary('run-1')), code('run.sequence_conflict'));
      equal(await store.append(claim('run-1'), 2, [event('next')], summary('run-1')), 3);
    });

    test('and a loser changes nothing, not even the summary', async (store) => {
      await create(store, 'run-1');
      await rejects(
        store.append(claim('run-1'), 7, [event('a')], summary('run-1', { status: 'failed' })),
        code('run.sequence_conflict'),
      );
      equal((await store.find('run-1')).status, 'running');
    });

    test('and failures among many at once stay alone', async (store) => {
      await Promise.all(Array.from({ length: 50 }, (_, index) => create(store, `run-${index}`)));
      const outcomes = await Promise.allSettled(
        Array.from({ length: 150 }, (_, index) => {
          const id = index % 3 === 2 ? `missing-${index}` : `run-${Math.floor(index / 3)}`;
          return store.append(claim(id), 0, [event(index)], summary(id));
        }),
      );
      const codes = outcomes.map((outcome) =>
        outcome.status === 'fulfilled' ? 'stored' : (outcome.reason as { code: string }).code,
      );
      deepEqual(codes, Array.from({ length: 50 }, () => ['stored', 'run.sequence_conflict', 'run.not_found']).flat());
      for (let index = 0; index < 50; index++) deepEqual(await values(store, `run-${index}`), [index * 3]);
    });

    test('when two create the same run', async (store) => {
      const outcomes = await Promise.allSettled(
        ['a', 'b'].map((value) => store.create(summary('run-1', { project: value }), { value }, [event(value)], owner)),
      );
      deepEqual(
        outcomes.map(({ status }) => status),
        ['fulfilled', 'rejected'],
      );
      await rejects(store.create(summary('run-1'), {}, [], owner), code('run.exists'));
      deepEqual(await values(store, 'run-1'), ['a']);
      deepEqual(await store.plan('run-1'), { value: 'a' });
      equal((await store.find('run-1')).project, 'a');
    });
  });

  runner.describe(`${name} knows whose a run is`, () => claimCases(test));
  runner.describe(`${name} keeps messages`, () => messageCases(test));

  runner.describe(`${name} finds runs`, () => {
    test('by a whole id, or by a prefix of at least four characters that fits one', async (store) => {
      await create(store, 'abcd-1');
      await create(store, 'abcd-12');
      await create(store, 'abxy-3');
      await create(store, 'xy');
      equal((await store.find('abcd-1')).id, 'abcd-1');
      equal((await store.find('abxy')).id, 'abxy-3');
      equal((await store.find('xy')).id, 'xy');
      await rejects(store.find('abcd'), (error: { code?: string; details?: { candidates?: string[] } }) => {
        equal(error.code, 'run.ambiguous');
        deepEqual(error.details?.candidates, ['abcd-1', 'abcd-12']);
        return true;
      });
      await rejects(store.find('abx'), code('run.not_found'));
      await rejects(store.find('abcd-2'), code('run.not_found'));
    });

    test('newest first, page by page, none twice and none left out', async (store) => {
      const ids = Array.from({ length: 25 }, (_, index) => `run-${String(index).padStart(2, '0')}`);
      // Three runs share each moment.
      for (const [index, id] of ids.entries())
        await create(store, id, {
          createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, Math.floor(index / 3))).toISOString(),
        });
      const seen: string[] = [];
      for (
        let page = await store.list({ limit: 4 });
        page.length > 0;
        page = await store.list({ limit: 4, before: seen.at(-1) ?? '' })
      ) {
        ok(page.length <= 4);
        seen.push(...page.map(({ id }) => id));
      }
      deepEqual(seen, ids.toReversed());
      equal((await store.list()).length, 25);
      await rejects(store.list({ before: 'run-' }), code('run.not_found'));
    });

    test('by project, pipeline and status, with the summary of the last append', async (store) => {
      await create(store, 'run-1', { pipeline: 'nightly' });
      await create(store, 'run-2', { project: 'blog' });
      await create(store, 'run-3');
      const finished = summary('run-3', {
        status: 'failed',
        attempt: 2,
        startedAt: '2026-01-01T00:00:01.000Z',
        finishedAt: '2026-01-01T00:00:02.000Z',
      });
      await store.append(claim('run-3'), 0, [event('end')], finished);
      deepEqual(await store.list({ project: 'shop', status: 'failed' }), [finished]);
      deepEqual(
        (await store.list({ pipeline: 'nightly' })).map(({ id }) => id),
        ['run-1'],
      );
      deepEqual(
        (await store.list({ project: 'shop' })).map(({ id }) => id),
        ['run-3', 'run-1'],
      );
      deepEqual(await store.list({ project: 'shop', pipeline: 'nightly', status: 'queued' }), []);
    });

    test('by whether their workspace was kept', async (store) => {
      await store.create(summary('removed', { status: 'failed' }), {}, [event('a')], owner);
      await store.create(summary('kept'), {}, [event('a')], owner);
      deepEqual(await store.list({ keepsWorkspace: true }), []);
      const kept = summary('kept', { status: 'failed', workspaceBytes: 0 });
      await store.append(claim('kept'), 1, [event('b')], kept);
      deepEqual(await store.list({ keepsWorkspace: true }), [kept]);
      deepEqual(await store.find('kept'), kept);
    });

    test('that ask for approvals, until they ask no more', async (store) => {
      const asking = summary('asking', { status: 'waiting', asks: 2 });
      await create(store, 'quiet');
      await create(store, 'asking');
      await store.append(claim('asking'), 0, [event('asked')], asking);
      deepEqual(await store.list({ asks: true }), [asking]);
      await store.append(claim('asking'), 1, [event('decided')], summary('asking'));
      deepEqual(await store.list({ asks: true }), []);
      deepEqual(await store.find('asking'), summary('asking'));
    });

    test('the newest succeeded one of a pipeline', async (store) => {
      const at = (second: number) => ({ createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString() });
      await create(store, 'old-1', { status: 'succeeded', ...at(1) });
      await create(store, 'new-1', at(3));
      await store.append(claim('new-1'), 0, [event('end')], summary('new-1', { status: 'succeeded', ...at(3) }));
      await create(store, 'failed', { status: 'failed', ...at(4) });
      await create(store, 'other-pipeline', { status: 'succeeded', pipeline: 'nightly', ...at(5) });
      await create(store, 'other-project', { status: 'succeeded', project: 'blog', ...at(6) });
      equal(await store.lastSucceeded('shop', 'release'), 'new-1');
      equal(await store.lastSucceeded('shop', 'release', 'new-1'), 'old-1');
      equal(await store.lastSucceeded('shop', 'unknown'), undefined);
    });
  });

  runner.describe(`${name} and runs that are not there`, () => {
    test('are said to be missing by every call that names one', async (store) => {
      await rejects(store.read('run-1'), code('run.not_found'));
      await rejects(store.plan('run-1'), code('run.not_found'));
      await rejects(store.find('run-1'), code('run.not_found'));
      await rejects(store.append(claim('run-1'), 0, [event('a')], summary('run-1')), code('run.not_found'));
    });

    test('deletes a run whole, twice if need be, and gives its id free', async (store) => {
      await store.create(summary('run-1'), { old: true }, [event('a')], owner);
      await create(store, 'run-2');
      await store.delete('run-1');
      await store.delete('run-1');
      await rejects(store.read('run-1'), code('run.not_found'));
      await rejects(store.plan('run-1'), code('run.not_found'));
      deepEqual(
        (await store.list()).map(({ id }) => id),
        ['run-2'],
      );
      await create(store, 'run-1');
      deepEqual(await values(store, 'run-1'), []);
    });

    test('hostile ids are refused, and find nothing', async (store) => {
      await create(store, 'run-1');
      const hostile = [
        '',
        '.',
        '..',
        '../run-1',
        'run/1',
        '%',
        'run-%',
        "run-1' OR '1'='1",
        'run-1\u0000',
        'run-1\n',
        ' run-1',
        '-run',
        'ｒun-1',
        '\uD800run',
        'x'.repeat(129),
        'x'.repeat(1_000_000),
      ];
      for (const id of hostile) {
        await rejects(create(store, id), code('run.id_refused'));
        await rejects(store.find(id), code('run.not_found'));
        await rejects(store.read(id), code('run.not_found'));
        await store.delete(id);
      }
      await rejects(store.find('run_'), code('run.not_found'));
      deepEqual(
        (await store.list()).map(({ id }) => id),
        ['run-1'],
      );
    });
  });

  runner.describe(`${name} is shared`, () => {
    test('with other connections: each sees what the other committed, and one wins', async (store, { another }) => {
      const other = await another();
      await create(store, 'run-1');
      equal((await other.find('run-1')).id, 'run-1');
      await other.append(claim('run-1'), 0, [event('other')], summary('run-1', { status: 'waiting' }));
      await rejects(store.append(claim('run-1'), 0, [event('late')], summary('run-1')), code('run.sequence_conflict'));
      await rejects(other.create(summary('run-1'), {}, [], owner), code('run.exists'));
      deepEqual(await values(store, 'run-1'), ['other']);
      const outcomes = await Promise.allSettled(
        [store, other].flatMap((writer) =>
          Array.from({ length: 20 }, (_, index) =>
            writer.append(claim('run-1'), index + 1, [event(index)], summary('run-1')),
          ),
        ),
      );
      equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 20);
      deepEqual(
        (await store.read('run-1')).map(({ sequence }) => sequence),
        Array.from({ length: 21 }, (_, index) => index + 1),
      );
      await other.close();
    });

    test('with its own future: everything is there after it was closed and opened again', async (store, { reopen }) => {
      await store.create(summary('run-1'), { kept: true }, [event('a')], owner);
      await store.append(claim('run-1'), 1, [event('b')], summary('run-1', { status: 'succeeded' }));
      const again = await reopen();
      deepEqual(await values(again, 'run-1'), ['a', 'b']);
      deepEqual(await again.plan('run-1'), { kept: true });
      equal(await again.lastSucceeded('shop', 'release'), 'run-1');
      equal(await again.append(claim('run-1'), 2, [event('c')], summary('run-1')), 3);
    });
  });
}
