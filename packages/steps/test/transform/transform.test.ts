import { describe, expect, it } from '@jest/globals';
import { createStepContext } from '@cicd/plugin/testing';
import { transform } from '../../src/index.ts';
import { configOf } from '../support/config.ts';

const config = (input: unknown, ...operations: object[]) =>
  configOf(transform.config, { input_from: input, operations });
const run = (input: unknown, ...operations: object[]) =>
  transform.run(createStepContext({ config: config(input, ...operations) }));
const result = async (input: unknown, ...operations: object[]) => {
  const ended = await run(input, ...operations);
  return 'outputs' in ended && ended.outputs['result'];
};

const people = [
  { name: 'Ada', age: 36, tags: ['math'], mail: null },
  { name: 'Ben', age: 17, tags: [] },
];

describe('step.transform', () => {
  it('extracts what lies at a path, or the default', async () => {
    expect(await result({ a: [{ b: null }] }, { type: 'extract', path: 'a[0].b' })).toBeNull();
    expect(await result({ a: 1 }, { type: 'extract', path: 'b', default: { none: true } })).toEqual({ none: true });
    expect(await result({ a: 1 }, { type: 'extract', path: 'b', default: null })).toBeNull();
  });

  it('maps each item, or a value that is no list', async () => {
    expect(await result(people, { type: 'map', fields: { who: 'name', first: 'tags[0]' } })).toEqual([
      { who: 'Ada', first: 'math' },
      { who: 'Ben', first: null },
    ]);
    expect(await result(people, { type: 'map', path: 'age' })).toEqual([36, 17]);
    expect(await result(people[0], { type: 'map', fields: { who: 'name' } })).toEqual({ who: 'Ada' });
  });

  it.each([
    ['equals', { path: 'age', value: 17 }, ['Ben']],
    ['not_equals', { path: 'tags', value: [] }, ['Ada']],
    ['in', { path: 'name', value: ['Ada', 'Eve'] }, ['Ada']],
    ['not_in', { path: 'name', value: ['Ada', 'Eve'] }, ['Ben']],
    ['contains', { path: 'tags', value: 'math' }, ['Ada']],
    ['contains', { path: 'name', value: 'e' }, ['Ben']],
    ['less', { path: 'age', value: 36 }, ['Ben']],
    ['at_most', { path: 'age', value: 36 }, ['Ada', 'Ben']],
    ['greater', { path: 'name', value: 'Ada' }, ['Ben']],
    ['at_least', { path: 'age', value: 36 }, ['Ada']],
    ['less', { path: 'age', value: '99' }, []],
    ['exists', { path: 'tags' }, ['Ada', 'Ben']],
    ['exists', { path: 'mail' }, []],
    ['missing', { path: 'mail' }, ['Ada', 'Ben']],
  ])('filters by %s %j', async (comparison, rest, names) => {
    expect(await result(people, { type: 'filter', comparison, ...rest }, { type: 'map', path: 'name' })).toEqual(names);
  });

  it.each([
    ['string', 1.5, '1.5'],
    ['string', true, 'true'],
    ['integer', ' 12 ', 12],
    ['number', '-1.5e3', -1500],
    ['boolean', 'false', false],
    ['json', { a: [1] }, '{"a":[1]}'],
    ['parsed_json', '{"a":[1]}', { a: [1] }],
  ])('converts to %s', async (to, from, into) => {
    expect(await result({ v: from }, { type: 'convert', path: 'v', to })).toEqual({ v: into });
    expect(await result(from, { type: 'convert', to })).toEqual(into);
  });

  it.each([
    ['integer', '1.5'],
    ['integer', '9007199254740993'],
    ['number', '0x10'],
    ['number', ''],
    ['number', null],
    ['boolean', 1],
    ['string', null],
    ['string', []],
    ['parsed_json', '{'],
    ['parsed_json', 1],
  ])('does not make %s of %j', async (to, from) => {
    await expect(run([0, { v: from }], { type: 'convert', path: '[1].v', to })).rejects.toMatchObject({
      code: 'step.transform_failed',
      message: expect.stringMatching(`^operations\\[0\\] \\(convert\\): .* is no ${to}$`),
    });
  });

  it('names the operation that does not fit, and what the value has instead', async () => {
    await expect(run({ items: [], total: 1 }, { type: 'extract', path: 'item' })).rejects.toMatchObject({
      message: 'operations[0] (extract): nothing lies at `item` of a map with `items`, `total`',
    });
    await expect(
      run({ items: {} }, { type: 'extract', path: 'items' }, { type: 'filter', comparison: 'exists' }),
    ).rejects.toMatchObject({ message: 'operations[1] (filter): it needs a list, and has a map' });
  });

  it.each([
    [{ type: 'extract' }, 'path'],
    [{ type: 'extract', path: 'a b' }, 'path'],
    [{ type: 'extract', path: 'a', to: 'json' }, 'to'],
    [{ type: 'map' }, 'fields'],
    [{ type: 'map', path: 'a', fields: { a: 'b' } }, 'fields'],
    [{ type: 'map', fields: { a: 'b[*]' } }, 'fields.a'],
    [{ type: 'filter', path: 'a' }, 'comparison'],
    [{ type: 'filter', comparison: 'equals' }, 'value'],
    [{ type: 'filter', comparison: 'exists', value: 1 }, 'value'],
    [{ type: 'filter', comparison: 'in', value: 1 }, 'value'],
    [{ type: 'convert', path: 'a' }, 'to'],
  ])('refuses %j when the file is checked, and when it is run', async (operation, key) => {
    const problems = transform.check?.(config(1, { type: 'extract', path: '' }, operation));
    expect(problems).toMatchObject([{ path: `operations[1].${key}`, severity: 'error' }]);
    await expect(run([], operation)).rejects.toMatchObject({ code: 'step.config_invalid', family: 'config' });
  });
});
