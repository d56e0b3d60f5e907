import { describe, expect, it } from '@jest/globals';
import { ConfigError, type JsonObject } from '@cicd/plugin';
import { parsePipelineFile } from '../../src/definition/index.ts';
import { compilePlan } from '../../src/plan/index.ts';
import { registry } from '../definition/step-types.ts';

function define(text: string, file = 'cicd.yaml') {
  const { pipelines, problems } = parsePipelineFile(text, { file, registry: registry() });
  expect(problems).toEqual([]);
  const [pipeline] = pipelines.values();
  if (!pipeline) throw new Error('no pipeline');
  return pipeline;
}
const plan = (text: string, inputs: JsonObject = {}) => compilePlan(define(text), { inputs });
const step = (text: string) => `steps:\n  - ${text}\n`;

function problemsOf(text: string, inputs: JsonObject): readonly string[] {
  try {
    compilePlan(define(text), { inputs });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ code, path }) => `${code} ${path}`);
    throw error;
  }
  return [];
}

describe('inputs', () => {
  const text = `
inputs:
  version: { type: string, pattern: '^\\d+$' }
  count: { type: integer, default: 2, minimum: 1 }
  ratio: { type: number, required: false }
  fast: { type: boolean, default: false }
  tags: { type: list, default: [] }
  labels: { type: map, required: false }
  stage: { type: string, enum: [test, live], default: test }
${step('{ name: a, type: step.log, config: { message: hi } }')}`;

  it('fills in defaults and reads texts by type', () => {
    expect(plan(text, { version: '7' }).inputs).toEqual({
      version: '7',
      count: 2,
      fast: false,
      tags: [],
      stage: 'test',
    });
    expect(
      plan(text, { version: '7', count: '3', ratio: '0.5', fast: 'true', tags: '["a"]', labels: '{"a":1}' }).inputs,
    ).toEqual({ version: '7', count: 3, ratio: 0.5, fast: true, tags: ['a'], labels: { a: 1 }, stage: 'test' });
    expect(plan(text, { version: '7', count: 4, tags: ['x'] }).inputs).toMatchObject({ count: 4, tags: ['x'] });
  });

  it('reports everything that is wrong with them at once', () => {
    expect(problemsOf(text, { versoin: '1', count: '0', ratio: 'x', fast: 'yes', tags: '{}', stage: 'prod' })).toEqual([
      'plan.input_unknown inputs.versoin',
      'plan.input_missing inputs.version',
      'plan.input_invalid inputs.count',
      'plan.input_invalid inputs.ratio',
      'plan.input_invalid inputs.fast',
      'plan.input_invalid inputs.tags',
      'plan.input_invalid inputs.stage',
    ]);
    expect(problemsOf(text, { version: '1.0' })).toEqual(['plan.input_invalid inputs.version']);
    expect(problemsOf(text, { version: '1', __proto__x: 'a', toString: 'b' })).toEqual([
      'plan.input_unknown inputs.__proto__x',
      'plan.input_unknown inputs.toString',
    ]);
  });
});

describe('steps', () => {
  it('carries what is written, with defaults', () => {
    const { steps } = plan(`
defaults: { image: node, timeout: 10m }
on_error: continue
steps:
  - { name: a, type: step.shell_exec, config: { commands: [ls] } }
  - { name: b, type: step.shell_exec, config: { commands: [ls], timeout: 5s, image: 'x:{{ run.id }}' }, on_error: stop, workspace: none }
  - { name: c, type: step.scan_sast, needs: [a], if: always(), timeout: 1m, config: { source_path: . }, retry: { max_attempts: 3, delay: 2s, backoff: 2, max_delay: 30s, on: [failure, timeout] } }
`);
    expect(steps[0]).toMatchObject({
      needs: [],
      config: { commands: ['ls'], image: 'node' },
      images: ['node'],
      timeout: 600_000,
      onError: 'skip',
      workspace: 'shared',
      retry: { maxAttempts: 1, delay: 1_000, backoff: 1, maxDelay: 300_000, on: ['failure'] },
    });
    expect(steps[1]).toMatchObject({
      needs: ['a'],
      images: [],
      onError: 'stop',
      workspace: 'none',
      places: { 'config.image': { line: 6, column: expect.any(Number) } },
    });
    expect(steps[1]).not.toHaveProperty('timeout');
    expect(steps[2]).toMatchObject({
      needs: ['a'],
      timeout: 60_000,
      condition: { expression: 'always()', negated: false, usesStatus: true },
      retry: { maxAttempts: 3, delay: 2_000, backoff: 2, maxDelay: 30_000, on: ['failure', 'timeout'] },
      config: { source_path: '.' },
    });
  });

  it('makes templates in commands references to variables, numbered through the step', () => {
    const { steps } = plan(`
inputs: { v: { type: string, default: x }, w: { type: string, default: y } }
steps:
  - name: a
    type: step.shell_exec
    config:
      image: node
      commands:
        - echo {{ inputs.v }}
        - ls
        - 'echo "{{ inputs.w }}"'
`);
    const [first] = steps;
    expect(Object.values(first?.variables ?? {})).toEqual(['{{ inputs.v }}', '{{ inputs.w }}']);
    expect(JSON.stringify(first?.config)).not.toContain('{{');
    const [name = ''] = Object.keys(first?.variables ?? {});
    expect(first?.places).toMatchObject({
      [name]: { line: 9, column: 16 },
      'config.commands[0]': { line: 9, column: 16 },
    });
  });

  it('collects secrets and outer variables', () => {
    const { secrets, outerEnv } = plan(`
env: { OWN: a, TOKEN: '{{ secrets.B }}', PATH: '{{ env.PATH }}:/x' }
steps:
  - { name: a, type: step.shell_exec, config: { image: node, commands: ['echo {{ env.OWN }} {{ env.HOME }}'], env: { T: '{{ secrets.A }}' } } }
`);
    expect({ secrets, outerEnv }).toEqual({ secrets: ['A', 'B'], outerEnv: ['HOME', 'PATH'] });
  });
});

describe('matrix', () => {
  const combinations = (matrix: string, inputs: JsonObject = {}, declared = '') =>
    plan(
      `inputs: { v: { type: list, default: [1, 2] }, s: { type: string, default: z } ${declared}}\n${step(`{ name: a, type: step.log, matrix: ${matrix}, config: { message: hi } }`)}`,
      inputs,
    ).steps[0]?.matrix?.combinations;

  it('turns the last axis fastest', () => {
    expect(combinations('{ a: [1, 2], b: [x, y] }')).toEqual([
      { a: 1, b: 'x' },
      { a: 1, b: 'y' },
      { a: 2, b: 'x' },
      { a: 2, b: 'y' },
    ]);
  });

  it('leaves out what an exclude describes, and adds what an include describes', () => {
    expect(combinations('{ a: [1, 2], b: [x, y], exclude: [{ a: 1, b: x }, { a: 2 }] }')).toEqual([{ a: 1, b: 'y' }]);
    // The example of the documentation that these rules are from.
    expect(
      combinations(
        '{ fruit: [apple, pear], animal: [cat, dog], include: [{ color: green }, { color: pink, animal: cat }, { fruit: apple, shape: circle }, { fruit: banana }, { fruit: banana, animal: cat }] }',
      ),
    ).toEqual([
      { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
      { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
      { fruit: 'pear', animal: 'cat', color: 'pink' },
      { fruit: 'pear', animal: 'dog', color: 'green' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ]);
    expect(combinations('{ include: [{ a: 1 }, { a: 2 }] }')).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('takes values from inputs, and evaluates none of them twice', () => {
    expect(combinations("{ a: '{{ inputs.v }}', b: ['{{ inputs.s }}'] }", { v: '["{{ inputs.s }}", 2]' })).toEqual([
      { a: '{{ inputs.s }}', b: 'z' },
      { a: 2, b: 'z' },
    ]);
  });

  it('refuses what inputs make too large or empty, and what is not known before a run', () => {
    const text = `inputs: { v: { type: list } }\n${step("{ name: a, type: step.log, matrix: { a: '{{ inputs.v }}' }, config: { message: hi } }")}`;
    expect(problemsOf(text, { v: [] })).toEqual(['plan.matrix_invalid steps[0].matrix']);
    expect(problemsOf(text, { v: Array.from({ length: 257 }, (_, index) => index) })).toEqual([
      'plan.matrix_invalid steps[0].matrix',
    ]);
    expect(
      problemsOf(step("{ name: a, type: step.log, matrix: { a: ['{{ run.id }}'] }, config: { message: hi } }"), {}),
    ).toEqual(['plan.matrix_invalid steps[0].matrix']);
  });

  it('gives each member a copy of the workspace', () => {
    expect(
      plan(step('{ name: a, type: step.log, matrix: { a: [1], max_parallel: 1 }, config: { message: hi } }')).steps[0],
    ).toMatchObject({ workspace: 'copy', matrix: { maxParallel: 1 } });
  });
});

describe('digest', () => {
  const text = (message: string) =>
    `inputs: { v: { type: string, default: x } }\n${step(`{ name: a, type: step.log, config: { message: '${message}' } }`)}`;
  const digestOf = (source: string, file: string, inputs: JsonObject = {}) =>
    compilePlan(define(source, file), { inputs }).digest;
  const digest = digestOf(text('hi'), 'cicd.yaml');

  it('depends on what is done', () => {
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(digestOf(text('ho'), 'cicd.yaml')).not.toBe(digest);
    expect(digestOf(text('hi'), 'cicd.yaml', { v: 'y' })).not.toBe(digest);
  });

  it('depends neither on places, nor on the folder, nor on the order of keys', () => {
    expect(digestOf(`# a comment\n\n${text('hi')}`, 'cicd.yaml')).toBe(digest);
    expect(digestOf(text('hi'), '/elsewhere/cicd.yaml')).toBe(digest);
    expect(
      digestOf(
        'steps:\n  - { type: step.log, config: { message: hi }, name: a }\ninputs: { v: { default: x, type: string } }\n',
        'cicd.yaml',
      ),
    ).toBe(digest);
  });
});
