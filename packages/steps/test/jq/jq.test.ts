import { describe, expect, it } from '@jest/globals';
import { StepFailure } from '@cicd/plugin';
import { createStepContext } from '@cicd/plugin/testing';
import { jq } from '../../src/index.ts';
import { configOf } from '../support/config.ts';

const run = (config: object, signal?: AbortSignal) =>
  jq.run(createStepContext({ config: configOf(jq.config, config), ...(signal && { signal }) }));

describe('step.jq', () => {
  it('gives every result, each of its type', async () => {
    expect(await run({ expression: '.[]', input_from: [1, 'a', null, { b: [true] }] })).toEqual({
      outputs: { result: 1, results: [1, 'a', null, { b: [true] }] },
    });
    expect(await run({ expression: 'empty' })).toEqual({ outputs: { result: null, results: [] } });
    expect(await run({ expression: '.', input_from: 'a\nb\u2028 ü' })).toMatchObject({
      outputs: { result: 'a\nb\u2028 ü' },
    });
  });

  it('reads values by name, whatever they hold', async () => {
    const variables = { name: '") | halt #', list: [1] };
    expect(await run({ expression: '[$name, $list[0]]', variables })).toMatchObject({
      outputs: { result: ['") | halt #', 1] },
    });
  });

  it('takes an expression that begins with a dash', async () => {
    expect(await run({ expression: '-1' })).toMatchObject({ outputs: { result: -1 } });
  });

  it.each([
    ['.[', 'syntax error'],
    ['.a.b', 'Cannot index number'],
    ['error("too bad")', 'too bad'],
    ['$none', '$none is not defined'],
    ['halt_error', ''],
  ])('fails with what jq says: %s', async (expression, message) => {
    await expect(run({ expression, input_from: { a: 1 } })).rejects.toMatchObject({
      code: 'jq.failed',
      message: expect.stringContaining(message),
    });
  });

  it('sees no environment and no file', async () => {
    process.env['JQ_TEST_SECRET'] = 'visible';
    expect(await run({ expression: '[env, $ENV] | tostring | contains("visible")' })).toMatchObject({
      outputs: { result: false },
    });
    const { pathname } = new URL('../../package', import.meta.url);
    await expect(run({ expression: `import "${pathname}" as $found; $found` })).rejects.toMatchObject({
      message: expect.stringContaining('module not found'),
    });
  });

  it.each([
    ['memory', '[range(1e9)] | length'],
    ['memory', '"x" * 2e9 | length'],
    ['output', 'range(infinite)'],
    ['output', 'repeat("x" * 100000)'],
  ])('is ended when it wants too much %s: %s', async (limit, expression) => {
    await expect(run({ expression })).rejects.toMatchObject({
      code: 'jq.limit_reached',
      message: expect.stringContaining(limit),
    });
  });

  it('ends at once when it is told to, in the middle of an endless loop', async () => {
    const deadline = new AbortController();
    const running = run({ expression: 'last(range(infinite))' }, deadline.signal);
    const reason = new StepFailure({ code: 'step.timeout', message: 'too slow' });
    setImmediate(() => deadline.abort(reason));
    await expect(running).rejects.toBe(reason);
  });

  it('does not begin after its end', async () => {
    await expect(run({ expression: '.' }, AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
  });
});
