import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parsePipelineFile } from '../../src/definition/index.ts';
import { compilePlan } from '../../src/plan/index.ts';
import { at } from './source-place.ts';
import { registry } from './step-types.ts';

const parse = (text: string) => parsePipelineFile(text, { file: 'cicd.yaml', registry: registry() });
const codesOf = (text: string) => parse(text).problems.map(({ code }) => code);
const planOf = (text: string, name?: string) => {
  const { pipelines, problems } = parse(text);
  expect(problems).toEqual([]);
  const definition = name === undefined ? [...pipelines.values()][0] : pipelines.get(name);
  if (!definition) throw new Error('no pipeline');
  return compilePlan(definition);
};

describe('a file with mistakes in steps inside steps', () => {
  const text = readFileSync(new URL('files/nested-mistakes.yaml', import.meta.url), 'utf8');

  it('gives each of them at its place, and nothing else', () => {
    const expected: [string, { line: number; column: number }][] = [
      ['pipeline.template_type', at(text, "'{{ inputs.n }}'")],
      ['pipeline.name_reserved', at(text, 'inputs\n')],
      ['pipeline.unknown_key', at(text, 'colapse')],
      ['step.unknown_type', at(text, 'step.lgo')],
      ['expression.step_not_upstream', at(text, 'steps.later')],
      ['pipeline.duplicate_step', at(text, 'a,', text.indexOf('step.lgo'))],
      ['expression.unknown_step', at(text, 'steps.ones')],
      ['pipeline.unknown_need', at(text, 'one, aa')],
      ['pipeline.unknown_need', at(text, 'aa]')],
      ['expression.unknown_name', at(text, 'thing')],
      ['pipeline.unknown_key', at(text, 'comands')],
      ['pipeline.image_missing', at(text, "{ commands: ['echo")],
      ['expression.step_not_upstream', at(text, 'steps.left')],
      ['pipeline.artifact_twice', at(text, 'out,')],
      ['pipeline.template_refused', at(text, "'{{ inputs.n }}'", text.indexOf('field:'))],
      ['pipeline.wrong_type', at(text, 'one, default')],
      ['pipeline.name_reserved', at(text, 'default: []')],
      ['pipeline.unknown_key', at(text, 'mesage')],
      ['step.config_invalid', at(text, 'inputs.n > 1')],
      ['expression.status_not_allowed', at(text, 'always()')],
      ['pipeline.template_refused', at(text, "'{{ inputs.n }}'", text.indexOf('always()'))],
      ['pipeline.empty', at(text, '[] } }\n      - { name: unknown')],
      ['pipeline.unknown_call', at(text, 'suub')],
      ['plan.input_missing', at(text, '{ whoo')],
      ['plan.input_unknown', at(text, 'whoo')],
      ['plan.input_invalid', at(text, 'many')],
      ['pipeline.template_type', at(text, "'{{ inputs.n }}'", text.indexOf('many'))],
      ['pipeline.template_refused', at(text, "'{{ inputs.n }}'", text.indexOf('name: computed'))],
      ['expression.unknown_output', at(text, 'steps.wrong')],
      ['expression.unknown_step', at(text, 'steps.left', text.indexOf('steps.wrong'))],
      ['pipeline.call_cycle', at(text, 'main, inputs')],
    ];
    expect(
      parse(text)
        .problems.map(({ code, line, column }) => `${line}:${column} ${code}`)
        .toSorted(),
    ).toEqual(expected.map(([code, { line, column }]) => `${line}:${column} ${code}`).toSorted());
  });

  it('says what to write instead', () => {
    for (const problem of parse(text).problems) expect(problem).toMatchObject({ hint: expect.stringMatching(/./) });
  });
});

describe('steps inside steps', () => {
  it('follow each other, but in a step.parallel start at once', () => {
    const inside = `[{ name: a, type: step.log, config: { message: m } }, { name: b, type: step.log, config: { message: m } }]`;
    const { steps } = planOf(`
defaults: { timeout: 5m }
steps:
  - { name: all, type: step.parallel, config: { steps: ${inside}, max_parallel: 2 } }
  - { name: loop, type: step.foreach, config: { items: [1], as: it, steps: ${inside} } }
`);
    const needs = steps.map(({ flow }) => (flow && 'steps' in flow ? flow.steps.map((step) => step.needs) : []));
    expect(needs).toEqual([
      [[], []],
      [[], ['a']],
    ]);
    expect(steps[1]).toMatchObject({ flow: { kind: 'foreach', as: 'it' }, config: { items: [1], as: 'it' } });
    expect(steps[1]?.config).not.toHaveProperty('steps');
    // The default is for a step's own work.
    expect(steps[0]?.timeout).toBeUndefined();
    expect(steps[0]?.flow).toMatchObject({ steps: [{ timeout: 300_000 }, { timeout: 300_000 }] });
  });

  it('see the names of the loops and matrices around them, the nearest first', () => {
    const { steps } = planOf(`
steps:
  - name: outer
    type: step.foreach
    matrix: { letter: [a] }
    config:
      items: [[1], [2]]
      steps:
        - name: inner
          type: step.foreach
          matrix: { digit: [1] }
          config:
            items: '{{ item }}'
            steps:
              - name: outer
                type: step.log
                config: { message: '{{ item }} {{ index }} {{ .item }} {{ matrix.letter }} {{ matrix.digit }}' }
              - { name: next, type: step.log, config: { message: '{{ steps.outer.status }}' } }
`);
    expect(steps).toHaveLength(1);
  });

  it('are part of the digest, where they stand is not', () => {
    const file = (message: string, blank = '') =>
      `${blank}steps: [{ name: p, type: step.parallel, config: { steps: [{ name: a, type: step.log, config: { message: '{{ run.id }} ${message}' } }] } }]`;
    const digest = planOf(file('x')).digest;
    expect(planOf(file('x', '\n\n')).digest).toBe(digest);
    expect(planOf(file('y')).digest).not.toBe(digest);
  });

  it('may store an artifact once: not in every turn, but in one of several routes', () => {
    const store = (name: string, key: string) =>
      `{ name: ${name}, type: step.shell_exec, config: { image: b, commands: [x], artifacts_out: [{ key: '${key}', path: /x }] } }`;
    const loop = (key: string) =>
      `steps: [{ name: loop, type: step.foreach, config: { items: [1], steps: [${store('s', key)}] } }]`;
    expect(codesOf(loop('dist'))).toEqual(['pipeline.artifact_twice']);
    expect(codesOf(loop('dist-{{ index }}'))).toEqual([]);
    const routes = `steps: [{ name: r, type: step.conditional, config: { field: run.id, routes: { a: ${store('s', 'k')}, b: [${store('t', 'k')}] } } }]`;
    expect(codesOf(routes)).toEqual([]);
    const sides = `steps: [{ name: p, type: step.parallel, config: { steps: [${store('s', 'k')}, ${store('t', 'k')}] } }]`;
    expect(codesOf(sides)).toEqual(['pipeline.artifact_twice']);
  });
});

describe('a call of a pipeline', () => {
  const chain = (length: number) =>
    [
      'pipelines:',
      ...Array.from(
        { length },
        (_, n) => `  p${n}: { steps: [{ name: go, type: step.workflow_call, config: { pipeline: p${n + 1} } }] }`,
      ),
      `  p${length}: { env: { T: '{{ secrets.TOKEN }} {{ env.HOME }}' }, steps: [{ name: a, type: step.log, config: { message: m } }] }`,
    ].join('\n');

  it('goes at most eight deep', () => {
    expect(codesOf(chain(8))).toEqual([]);
    expect(codesOf(chain(9))).toEqual(['pipeline.call_depth']);
  });

  it('brings what it calls into the plan, once each, with the secrets and variables of all', () => {
    const plan = planOf(chain(3), 'p0');
    expect(Object.keys(plan.called ?? {}).toSorted()).toEqual(['p1', 'p2', 'p3']);
    expect(plan).toMatchObject({ secrets: ['TOKEN'], outerEnv: ['HOME'] });
    expect(planOf(chain(3), 'p3')).not.toHaveProperty('called');
  });

  it('is in a circle even where it stands deep inside', () => {
    const itself = `
pipelines:
  a:
    steps:
      - name: loop
        type: step.while
        config: { condition: index < 1, steps: [{ name: again, type: step.workflow_call, config: { pipeline: a } }] }
`;
    expect(codesOf(itself)).toEqual(['pipeline.call_cycle']);
  });
});
