import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { neededSchema } from '../../src/schema/needed-schema.ts';

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['image', 'commands'],
  properties: {
    image: { type: 'string', minLength: 1 },
    commands: { type: 'array', items: { type: 'string' }, minItems: 1 },
    shell: { enum: ['sh', 'bash'], default: 'sh' },
    user: { type: 'string' },
    limits: { type: 'object', properties: { memory: { type: 'integer' } } },
    timeout: { type: 'string', pattern: '^[0-9]+s$' },
  },
};

const key = fc.constantFrom(...Object.keys(schema.properties), 'comands', 'toString');
const configuration = fc.dictionary(key, fc.oneof(fc.jsonValue(), fc.constantFrom('sh', '5s', ['true'], '')));

function judge(by: object, value: unknown) {
  const own = structuredClone(value);
  const validate = new Ajv2020({ allErrors: true, useDefaults: true, strict: false }).compile(by);
  validate(own);
  const errors = (validate.errors ?? []).map(({ instancePath, keyword, params }) => ({
    instancePath,
    keyword,
    params,
  }));
  return { own, errors: errors.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) };
}

describe('the needed part of a schema', () => {
  it('says of every value what the whole says, and fills in the same defaults', () => {
    fc.assert(
      fc.property(fc.oneof(configuration, fc.jsonValue()), (value) => {
        expect(judge(neededSchema({ ...schema }, value), value)).toEqual(judge(schema, value));
      }),
    );
  });

  it('leaves out what is neither present nor required nor has a default', () => {
    const needed = neededSchema({ ...schema }, { image: 'busybox', user: 'root' });
    expect(needed).toHaveProperty('properties');
    expect(Object.keys((needed as typeof schema).properties)).toEqual(['image', 'commands', 'shell', 'user']);
  });

  it('is one object for one combination of keys, and the whole when there are too many', () => {
    const whole = {
      ...schema,
      properties: Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`k${at}`, {}])),
      required: [],
    };
    expect(neededSchema(whole, { k1: 1, k2: 2 })).toBe(neededSchema(whole, { k2: 3, k1: 4 }));
    const combinations = Array.from({ length: 64 }, (_, bits) =>
      Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`k${at}`, at]).filter((_, at) => (bits >> at) & 1)),
    );
    const narrowed = combinations.filter((value) => neededSchema(whole, value) !== whole);
    expect(narrowed).toHaveLength(16);
  });

  it('is the whole when a keyword speaks of several properties at once', () => {
    const whole = { ...schema, anyOf: [{ required: ['image'] }] };
    expect(neededSchema(whole, { image: 'busybox' })).toBe(whole);
  });
});
