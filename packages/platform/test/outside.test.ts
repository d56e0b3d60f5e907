import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { compilePlan, parsePipelineFile } from '@cicd/engine';
import type { EventMessage, Service, StepPorts } from '@cicd/plugin';
import { createFakeSandboxDriver } from '@cicd/plugin/testing';
import { createPlatform, platformSteps, type Platform } from '../src/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'cicd-outside-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the steps of a pipeline on a platform of its own, over the settings that lie in the folder. */
async function perform(
  steps: string,
  { outside, watch }: { outside?: Partial<StepPorts>; watch?: (platform: Platform) => void } = {},
) {
  const platform = await createPlatform({
    dataFolder: folder,
    sandbox: createFakeSandboxDriver({ program: () => 0 }),
    ...(outside && { outside }),
  });
  try {
    watch?.(platform);
    const { pipelines, problems } = parsePipelineFile(`source: none\nsteps:\n${steps}`, {
      file: 'cicd.yaml',
      registry: platformSteps(),
    });
    expect(problems).toEqual([]);
    const [definition] = pipelines.values();
    if (!definition) throw new Error('there is no pipeline');
    const run = await platform.runtime.start(compilePlan(definition, { inputs: {} }), {
      project: 'outside',
      actor: 'local:ann',
      trigger: { type: 'manual' },
    });
    return (await run.done).steps;
  } finally {
    await platform.close();
  }
}

const settings = (text: string) => writeFileSync(path.join(folder, 'settings.yaml'), text);

describe('the settings of a data folder', () => {
  it('give pipelines databases by name', async () => {
    const database = new Sqlite(path.join(folder, 'shop.db'));
    database.exec('create table orders (id integer primary key, name text)');
    database.close();
    settings('databases:\n  shop: { type: sqlite, file: shop.db }\n');
    const steps = await perform(`
  - { name: write, type: step.db_exec, config: { database: shop, query: 'insert into orders (name) values (?)', params: [cup] } }
  - { name: read, type: step.db_query, config: { database: shop, query: select * from orders } }
  - { name: one, type: step.db_query, config: { database: shop, query: 'select * from orders where id = ?', params: ['{{ steps.read.rows[0].id }}'], mode: single } }
  - { name: other, type: step.db_query, config: { database: shopp, query: select 1 } }
`);
    expect(steps.get('write')?.outputs).toEqual({ affected_rows: 1, rows: [] });
    expect(steps.get('read')?.outputs).toMatchObject({ rows: [{ id: 1, name: 'cup' }], count: 1 });
    expect(steps.get('one')?.outputs).toMatchObject({ row: { id: 1, name: 'cup' }, found: true });
    expect(steps.get('other')?.error).toMatchObject({
      code: 'connection.unknown',
      hint: expect.stringContaining('There is: shop.'),
    });
  });

  it('end a statement at its timeout', async () => {
    new Sqlite(path.join(folder, 'shop.db')).close();
    settings('databases:\n  shop: { type: sqlite, file: shop.db }\n');
    const steps = await perform(`
  - name: read
    type: step.db_query
    config:
      database: shop
      timeout: 500ms
      query: with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n
`);
    expect(steps.get('read')?.error).toMatchObject({ code: 'step.timeout' });
  });

  it('keep the password of a database to themselves', async () => {
    process.env['OUTSIDE_TEST_URL'] = 'postgres://ann:hunter2%21hunter2@127.0.0.1:1/shop';
    settings(
      'databases:\n  shop: { type: postgres, url_env: OUTSIDE_TEST_URL }\n  none: { type: postgres, url_env: NO_SUCH_URL }\n',
    );
    const steps = await perform(`
  - { name: say, type: step.set, config: { values: { text: 'hunter2!hunter2 and hunter2%21hunter2' } } }
  - { name: read, needs: [], type: step.db_query, config: { database: shop, query: select 1 } }
  - { name: none, needs: [], type: step.db_query, config: { database: none, query: select 1 } }
`);
    expect(steps.get('say')?.outputs).toEqual({ text: '*** and ***' });
    expect(steps.get('read')?.error).toMatchObject({ code: 'connection.unreachable' });
    expect(steps.get('none')?.error?.message).toBe('none: the environment has no variable NO_SUCH_URL');
  });

  it.each([
    ['databases: { Shop: { type: sqlite, file: a } }', 'databases'],
    ['databases: { shop: { type: sqlite, path: a } }', 'databases.shop'],
    ['network: { allow: [a] }', 'network'],
    ['netwrk: {}', 'the settings'],
    ['a: [', 'is no YAML'],
  ])('are checked: %s', async (text, place) => {
    settings(text);
    await expect(createPlatform({ dataFolder: folder })).rejects.toMatchObject({
      code: 'command.settings_invalid',
      message: expect.stringContaining(place),
    });
  });

  it('are right in the documentation', async () => {
    const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/settings.md'), 'utf8');
    settings(/^```yaml\n([^]*?)^```$/m.exec(page)?.[1] ?? 'there is none');
    await (await createPlatform({ dataFolder: folder })).close();
  });

  it('may be empty', async () => {
    settings('# nothing\n');
    expect((await perform('  - { name: a, type: step.log, config: { message: hello } }\n')).get('a')?.status).toBe(
      'succeeded',
    );
  });
});

describe('what a program gives the platform', () => {
  const publish = '  - { name: tell, type: step.publish, config: { topic: orders/created, payload: { id: 7 } } }\n';

  it('hears what pipelines publish, where it listens', async () => {
    const heard: [string, EventMessage][] = [];
    const steps = await perform(publish, {
      watch: ({ events }) => {
        events.subscribe('orders/created', (message) => heard.push(['topic', message]));
        events.subscribe('*', (message) => heard.push(['all', message]));
        events.subscribe('orders', (message) => heard.push(['other', message]));
        events.subscribe('*', (message) => heard.push(['gone', message]))();
      },
    });
    const id = steps.get('tell')?.outputs?.['id'];
    expect(heard).toMatchObject([
      ['topic', { id, topic: 'orders/created', payload: { id: 7 }, source: { step: 'tell' } }],
      ['all', { id }],
    ]);
  });

  it('is no error when nobody listens', async () => {
    expect((await perform(publish)).get('tell')?.outputs).toMatchObject({ broker: 'memory' });
  });

  it('may be services', async () => {
    const double: Service = {
      name: 'double',
      description: 'Doubles.',
      call: (input) => Promise.resolve(Number(input) * 2),
    };
    const steps = await perform('  - { name: a, type: step.delegate, config: { service: double, input: 21 } }\n', {
      outside: { services: new Map([['double', double]]) },
    });
    expect(steps.get('a')?.outputs).toEqual({ result: 42 });
  });

  it('may be hosts inside', async () => {
    const steps = await perform("  - { name: a, type: step.http_call, config: { url: 'http://127.0.0.1:1/' } }\n", {
      outside: { network: { allowed: ['127.0.0.1'] } },
    });
    expect(steps.get('a')?.error?.code).toBe('http.failed');
    settings('network: { allowed: [127.0.0.1] }\n');
    const again =
      "  - { name: a, type: step.http_call, config: { url: 'http://127.0.0.1:1/' } }\n  - { name: b, needs: [], type: step.http_call, config: { url: 'http://127.0.0.2:1/' } }\n";
    const byThem = await perform(again);
    expect([byThem.get('a')?.error?.code, byThem.get('b')?.error?.code]).toEqual([
      'http.failed',
      'http.address_refused',
    ]);
  });
});
