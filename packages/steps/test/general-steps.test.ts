import { describe, expect, it } from '@jest/globals';
import { createStepContext } from '@cicd/plugin/testing';
import { log, set, validate } from '../src/index.ts';
import { configOf } from './support/config.ts';

describe('step.set', () => {
  it('makes its values outputs, each of its type', async () => {
    const values = { text: 'a', count: 3, list: [1, 'b'], map: { deep: { er: true } }, nothing: null };
    expect(await set.run(createStepContext({ config: configOf(set.config, { values }) }))).toEqual({ outputs: values });
  });

  it('refuses names that no expression could read', () => {
    expect(() => configOf(set.config, { values: { 'a b': 1 } })).toThrow();
  });
});

describe('step.log', () => {
  it.each([
    [
      'info',
      [
        { level: 'info', message: 'one' },
        { level: 'info', message: 'two' },
      ],
    ],
    [
      'debug',
      [
        { level: 'info', message: 'debug: one' },
        { level: 'info', message: 'debug: two' },
      ],
    ],
    [
      'warn',
      [
        { level: 'warn', message: 'one' },
        { level: 'warn', message: 'two' },
      ],
    ],
    [
      'error',
      [
        { level: 'warn', message: 'error: one' },
        { level: 'warn', message: 'error: two' },
      ],
    ],
  ])('writes at the level %s line by line', async (level, lines) => {
    const ctx = createStepContext({ config: configOf(log.config, { message: 'one\ntwo', level }) });
    expect(await log.run(ctx)).toEqual({ outputs: {} });
    expect(ctx.log.lines).toEqual(lines);
  });
});

describe('step.validate', () => {
  const run = (config: object) => validate.run(createStepContext({ config: configOf(validate.config, config) }));
  const problems = async (config: object): Promise<unknown> => {
    const error: unknown = await run(config).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'step.validation_failed', family: 'step' });
    return (error as { details: { problems: unknown } }).details.problems;
  };
  const data = { id: 0, name: '', customer: { name: 'Ada', tags: [{ key: 'x' }] }, none: null };

  it('lists every field that is missing', async () => {
    const required_fields = [
      'id',
      'name',
      'none',
      'customer.name',
      'customer.tags.0.key',
      'customer.email',
      'toString',
      'id.deeper',
    ];
    expect(await problems({ strategy: 'required_fields', data, required_fields })).toEqual(
      ['name', 'none', 'customer.email', 'toString', 'id.deeper'].map((field) => `${field}: is missing`),
    );
    expect(await run({ strategy: 'required_fields', data, required_fields: ['id', 'customer.name'] })).toEqual({
      outputs: { valid: true },
    });
  });

  it('lists everything that does not fit a schema', async () => {
    const schema = {
      type: 'object',
      required: ['size'],
      additionalProperties: false,
      properties: { id: { minimum: 1 }, size: {}, level: { enum: ['a', 'b'] } },
    };
    expect(await problems({ strategy: 'json_schema', data: { id: 0, level: 'c', more: 1 }, schema })).toEqual([
      "must have required property 'size'",
      'must NOT have additional properties (more)',
      '/id: must be >= 1',
      '/level: must be equal to one of the allowed values: a, b',
    ]);
  });

  it('knows both drafts, and ignores formats and words it does not know', async () => {
    const tuple = { type: 'array', prefixItems: [{ type: 'string' }] };
    expect(await problems({ strategy: 'json_schema', data: [1], schema: tuple })).toEqual(['/0: must be string']);
    const old = { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'string' }] };
    expect(await problems({ strategy: 'json_schema', data: [1], schema: old })).toEqual(['/0: must be string']);
    expect(await run({ strategy: 'json_schema', data: 'x', schema: { format: 'email', 'x-own': 1 } })).toEqual({
      outputs: { valid: true },
    });
  });

  it('tells a schema that is none', async () => {
    await expect(run({ strategy: 'json_schema', data: 1, schema: { type: 'text' } })).rejects.toMatchObject({
      code: 'step.config_invalid',
      family: 'config',
    });
  });

  it('asks for the field of its strategy', () => {
    const check = (config: object) => validate.check?.(configOf(validate.config, { data: 1, ...config }));
    expect(check({ strategy: 'json_schema' })).toMatchObject([{ path: 'schema' }]);
    expect(check({ strategy: 'required_fields' })).toMatchObject([{ path: 'required_fields' }]);
    expect(check({ strategy: 'required_fields', required_fields: ['a'] })).toEqual([]);
  });
});
