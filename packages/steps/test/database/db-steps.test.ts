import { describe, expect, it } from '@jest/globals';
import { createRecordedDatabase, createStepContext } from '@cicd/plugin/testing';
import { dbExec, dbQuery } from '../../src/index.ts';
import { configOf } from '../support/config.ts';

const shop = createRecordedDatabase([{ id: 1 }, { id: 2 }]);
const ports = { databases: new Map([['shop', shop]]) };

describe('step.db_query', () => {
  const run = (config: object) =>
    dbQuery.run(createStepContext({ config: configOf(dbQuery.config, { query: 'select 1', ...config }), ports }));

  it('gives the rows, or the first one', async () => {
    expect(await run({ database: 'shop', params: ['a'] })).toEqual({
      outputs: { rows: [{ id: 1 }, { id: 2 }], count: 2, row: { id: 1 }, found: true },
    });
    expect(await run({ database: 'shop', mode: 'single' })).toEqual({
      outputs: { rows: [{ id: 1 }], count: 1, row: { id: 1 }, found: true },
    });
    expect(shop.asked[0]).toEqual({ kind: 'query', statement: { text: 'select 1', params: ['a'] } });
  });

  it('says that there is none', async () => {
    const empty = { databases: new Map([['shop', createRecordedDatabase()]]) };
    const config = configOf(dbQuery.config, { database: 'shop', query: 'select 1', mode: 'single' });
    expect(await dbQuery.run(createStepContext({ config, ports: empty }))).toEqual({
      outputs: { rows: [], count: 0, row: null, found: false },
    });
  });

  it('tells which databases there are', async () => {
    await expect(run({ database: 'shopp' })).rejects.toMatchObject({
      code: 'connection.unknown',
      hint: expect.stringContaining('There is: shop.'),
    });
    const config = configOf(dbQuery.config, { database: 'shop', query: 'select 1' });
    await expect(dbQuery.run(createStepContext({ config }))).rejects.toMatchObject({
      hint: expect.stringContaining('There is none at all.'),
    });
  });
});

describe('step.db_exec', () => {
  it('says how many rows it touched, and what came back', async () => {
    const config = configOf(dbExec.config, { database: 'shop', query: 'delete from orders returning id' });
    expect(await dbExec.run(createStepContext({ config, ports }))).toEqual({
      outputs: { affected_rows: 2, rows: [{ id: 1 }, { id: 2 }] },
    });
  });

  it('is never repeated by itself', () => {
    expect([dbExec.recovery, dbExec.resume]).toEqual(['never', undefined]);
  });
});
