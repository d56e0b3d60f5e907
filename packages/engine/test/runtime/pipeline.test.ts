import { describe, expect, it } from '@jest/globals';
import { CommandText, createStepRegistry } from '@cicd/plugin';
import { Type } from 'typebox';
import { parsePipelineFile } from '../../src/definition/index.ts';
import { compilePlan } from '../../src/plan/index.ts';
import { harness, step } from './harness.ts';

const closed = { additionalProperties: false };
/** Answers with its commands and the variables that they refer to. */
const shell = step(
  'shell',
  ({ config, env }) => {
    const { commands } = config as { commands: string[] };
    const names = commands.flatMap((command) => [...command.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name ?? ''));
    return { outputs: { commands, values: names.map((name) => env[name] ?? '') } };
  },
  {
    config: Type.Object({ commands: Type.Array(CommandText()) }, closed),
    outputs: Type.Object({ commands: Type.Array(Type.String()), values: Type.Array(Type.String()) }),
  },
);
const say = step('say', ({ config }) => ({ outputs: { said: (config as { text: string }).text } }), {
  config: Type.Object({ text: Type.String() }, closed),
  outputs: Type.Object({ said: Type.String() }),
});

function compile(yaml: string, inputs: Record<string, string> = {}) {
  const { pipelines, problems } = parsePipelineFile(yaml, {
    file: 'cicd.yaml',
    registry: createStepRegistry([shell, say]),
  });
  const [definition] = pipelines.values();
  if (!definition) throw new Error(JSON.stringify(problems));
  return compilePlan(definition, { inputs });
}

describe('a pipeline file', () => {
  it('runs as it is written', async () => {
    const graph = compile(
      `
inputs:
  Version: { type: string }
env: { GREETING: 'hello {{ .Version }}' }
steps:
  - name: first-one
    type: step.say
    config: { text: '{{ env.GREETING }}' }
  - name: test
    type: step.say
    matrix: { n: [1, 2] }
    config: { text: '{{ first_one.said }} {{ matrix.n }}' }
  - name: skipped
    needs: [test]
    if: steps.test.passed == false
    type: step.say
    config: { text: never }
  - name: build
    needs: [skipped]
    type: step.shell
    config: { commands: ['echo {{ inputs.Version }}'] }
outputs:
  last: '{{ steps.test.matrix[1].outputs.said }}'
`,
      { Version: '1.0; rm -rf /' },
    );
    const state = await harness({ steps: [shell, say] }).run(graph);
    expect([...state.steps.values()].map(({ key, status, reason, error }) => [key, reason ?? status, error])).toEqual([
      ['first-one', 'succeeded', undefined],
      ['test.0', 'succeeded', undefined],
      ['test.1', 'succeeded', undefined],
      ['skipped', 'condition', undefined],
      ['build', 'succeeded', undefined],
    ]);
    expect(state.outputs).toEqual({ last: 'hello 1.0; rm -rf / 2' });
    const outputs = state.steps.get('build')?.outputs;
    expect(JSON.stringify(outputs?.['commands'])).not.toContain('rm');
    expect(outputs?.['values']).toEqual(['1.0; rm -rf /']);
  });

  it('says where a value was missing', async () => {
    const graph = compile(`
steps:
  - name: a
    if: 'false'
    type: step.say
    config: { text: x }
  - name: b
    type: step.say
    config:
      text: 'was {{ steps.a.said }}'
`);
    const state = await harness({ steps: [shell, say] }).run(graph);
    expect(state.steps.get('b')?.error).toMatchObject({
      code: 'expression.missing_value',
      place: { path: 'config.text', line: 10 },
    });
  });

  it('says where a command’s value was missing', async () => {
    const graph = compile(`
steps:
  - name: a
    if: 'false'
    type: step.say
    config: { text: x }
  - name: b
    type: step.shell
    config:
      commands:
        - echo {{ steps.a.said }}
`);
    const state = await harness({ steps: [shell, say] }).run(graph);
    expect(state.steps.get('b')?.error).toMatchObject({ code: 'expression.missing_value', place: { line: 11 } });
  });

  it('fails, and starts nothing, when a variable of the whole pipeline has no value', async () => {
    const graph = compile(`
env: { TARGET: '{{ env.REGION }}-x' }
steps: [{ name: a, type: step.say, config: { text: x } }]
outputs: { said: '{{ steps.a.said }}' }
`);
    const state = await harness({ steps: [shell, say] }).run(graph);
    expect(state).toMatchObject({ status: 'failed', error: { code: 'expression.missing_value' } });
    expect(state.steps.get('a')).toMatchObject({ status: 'skipped', reason: 'stopped' });
    const given = await harness({ steps: [shell, say] }).run(graph, { outerEnv: { REGION: 'eu' } });
    expect(given).toMatchObject({ status: 'succeeded', outputs: { said: 'x' } });
  });

  it('resolves a command once: braces that are text stay text', async () => {
    const graph = compile(
      `
inputs: { who: { type: string } }
steps:
  - name: a
    type: step.shell
    config:
      commands: ['say \\{{ inputs.who }} {{.who}}', "ps {{ '{{' }}.Names}}"]
`,
      { who: '$(id)' },
    );
    const state = await harness({ steps: [shell, say] }).run(graph);
    expect(state.steps.get('a')).toMatchObject({
      status: 'succeeded',
      outputs: { commands: ['say {{ inputs.who }} "$CICD_V0"', 'ps {{.Names}}'] },
    });
  });
});
