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

describe('what stands inside a step, read from outside of it', () => {
  const pipeline = (expression: string) => `
steps:
  - name: loop
    type: step.foreach
    config:
      items: [eu, us]
      steps:
        - { name: host, type: step.set, config: { values: { url: '{{ item }}' } } }
        - { name: my-count, type: step.set, matrix: { n: [1, 2] }, config: { values: { total: 1 } } }
        - name: again
          type: step.while
          config:
            condition: default(last.poll.ready, '') == ''
            steps: [{ name: poll, type: step.set, config: { values: { ready: yes } } }]
  - name: route
    type: step.conditional
    config:
      field: inputs.stage
      routes:
        test: { name: ship, type: step.set, config: { values: { test_url: here } } }
      default: [{ name: ship, type: step.set, config: { values: { real_url: there } } }]
  - { name: say, type: step.log, config: { message: '{{ ${expression} }}' } }
inputs: { stage: { type: string, default: test } }
`;

  it.each([
    'steps.loop.results[0].host.url',
    'steps.loop.results[1]["my-count"][0].total',
    'steps.loop.results[steps.loop.count - 1].again.results.poll.ready',
    'json(steps.loop.results.map(turn, turn.host.url))',
    'json(steps.loop.results)',
    'steps.route.results.ship.test_url',
    'steps.route.results.ship.real_url',
    'steps.loop.errors[0].message',
  ])('is found: %s', (expression) => {
    expect(parse(pipeline(expression)).problems).toEqual([]);
  });

  it.each([
    ['steps.loop.results[0].hosst.url', 'steps.loop.results[0].hosst', 'steps.loop.results[…].host'],
    ['steps.loop.results[0].host.urll', 'steps.loop.results[0].host.urll', 'steps.loop.results[…].host.url'],
    ['steps.loop.results[0].my_count', 'steps.loop.results[0].my_count', "steps.loop.results[…]['my-count']"],
    [
      'steps.loop.results[0]["my-count"][1].totl',
      'steps.loop.results[0]["my-count"][1].totl',
      "steps.loop.results[…]['my-count'][…].total",
    ],
    [
      'steps.loop.results[0].again.results.pol.ready',
      'steps.loop.results[0].again.results.pol',
      'steps.loop.results[…].again.results.poll',
    ],
    ['default(steps.loop.results[0].hosst.url, "")', 'steps.loop.results[0].hosst', 'steps.loop.results[…].host'],
    ['steps.route.results.ship.rael_url', 'steps.route.results.ship.rael_url', 'steps.route.results.ship.real_url'],
  ])('is missed where it is not there: %s', (expression, wrong, meant) => {
    const text = pipeline(expression);
    expect(parse(text).problems).toMatchObject([
      { code: 'expression.unknown_output', hint: `Did you mean \`${meant}\`?`, ...at(text, wrong) },
    ]);
  });

  it('is known to the condition of a loop and to its steps, as `last`', () => {
    const loop = (condition: string, value: string) => `
steps:
  - name: count
    type: step.while
    config:
      condition: ${condition}
      steps: [{ name: next, type: step.set, config: { values: { value: '{{ ${value} }}' } } }]
`;
    expect(codesOf(loop('default(steps.next.value, 0) < 3', 'default(last.next.value, 0) + 1'))).toEqual([]);
    expect(codesOf(loop('default(last.nxt.value, 0) < 3', 'default(last.next.valeu, 0)'))).toEqual([
      'expression.unknown_output',
      'expression.unknown_output',
    ]);
  });

  it('is not judged where a type inside is not known', () => {
    const text = pipeline('steps.loop.results[0].host.anything').replace(
      'host, type: step.set',
      'host, type: step.sett',
    );
    expect(codesOf(text)).toEqual(['step.unknown_type']);
  });
});
