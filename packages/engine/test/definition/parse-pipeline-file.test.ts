import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { errorCodes } from '@cicd/plugin';
import fc from 'fast-check';
import { parsePipelineFile } from '../../src/definition/index.ts';
import { at } from './source-place.ts';
import { registry } from './step-types.ts';

const read = (name: string) => readFileSync(new URL(`files/${name}`, import.meta.url), 'utf8');
const parse = (text: string) => parsePipelineFile(text, { file: 'cicd.yaml', registry: registry() });
const problemsOf = (text: string) => parse(text).problems.map(({ code, line, column }) => `${code} ${line}:${column}`);
const step = (body: string) => `steps:\n  - name: one\n    type: step.shell_exec\n${body.replace(/^/gm, '    ')}\n`;

describe('a file with many mistakes', () => {
  const text = read('mistakes.yaml');
  const found = parse(text).problems;

  it('gives each of them at its place, and nothing else', () => {
    const expected: [string, { line: number; column: number }][] = [
      ['pipeline.wrong_type', at(text, 'two')],
      ['pipeline.text_expected', at(text, '1.10')],
      ['pipeline.duration_invalid', at(text, '300')],
      ['pipeline.unknown_key', at(text, 'stepss')],
      ['pipeline.name_invalid', at(text, 'Build')],
      ['pipeline.unknown_key', at(text, 'comands')],
      ['step.unknown_type', at(text, 'step.shel_exec')],
      ['pipeline.unknown_need', at(text, 'lnt')],
      ['pipeline.wrong_type', at(text, 'npm test')],
      ['pipeline.duplicate_step', at(text, 'test', text.indexOf('npm test') + 8)],
      ['expression.unknown_input', at(text, 'inputs.Versoin')],
      ['expression.step_not_upstream', at(text, 'steps.later')],
      ['pipeline.self_need', at(text, 'again', text.indexOf('needs: [again'))],
      ['expression.secret_not_allowed', at(text, 'secrets.TOKEN')],
      ['pipeline.artifact_twice', at(text, 'dist }', text.indexOf('secrets.TOKEN'))],
      ['pipeline.wrong_value', at(text, 'loud')],
      ['pipeline.cycle', at(text, 'b]', text.indexOf('name: a\n'))],
      ['pipeline.condition_twice', at(text, 'skip_if')],
      ['pipeline.wrong_type', at(text, "'3'")],
      ['pipeline.image_missing', at(text, '{ commands: [ls]')],
      ['pipeline.size_invalid', at(text, '12XB')],
      ['pipeline.name_reserved', at(text, 'source\n', text.indexOf('12XB'))],
      ['pipeline.matrix_invalid', at(text, '1 }]')],
      ['pipeline.wrong_value', at(text, 'ignore')],
      ['expression.unterminated', at(text, '{{ matrix.n')],
      ['pipeline.unknown_key', at(text, 'on: push')],
    ];
    const sorted = (list: readonly string[]) => list.toSorted();
    expect(sorted(found.map(({ code, line, column }) => `${code} ${line}:${column}`))).toEqual(
      sorted(expected.map(([code, { line, column }]) => `${code} ${line}:${column}`)),
    );
  });

  it('says what to write instead, under a code that the reference has', () => {
    for (const problem of found) {
      expect(problem).toMatchObject({
        file: 'cicd.yaml',
        hint: expect.stringMatching(/./),
        path: expect.stringMatching(/^pipelines\.release/),
      });
      expect(Object.keys(errorCodes)).toContain(problem.code);
    }
    const hintOf = (code: string) => found.find((problem) => problem.code === code)?.hint;
    expect(found.find(({ message }) => message.includes('comands'))?.message).toBe(
      'unknown key `comands`, did you mean `commands`?',
    );
    expect(hintOf('pipeline.text_expected')).toBe("Put it in quotes: '1.10'");
    expect(hintOf('pipeline.unknown_need')).toBe('Write `lint`.');
    expect(hintOf('step.unknown_type')).toBe('Write `step.shell_exec`.');
  });
});

describe('files without mistakes', () => {
  it.each(['release.yaml', 'foundation.yaml'])('accepts %s', (name) => {
    const { problems, pipelines } = parse(read(name));
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect([...pipelines.keys()]).toEqual([name.replace('.yaml', '')]);
  });

  it('names a single pipeline after its file, or as it says', () => {
    const steps = 'steps: [{ name: a, type: step.log, config: { message: hi } }]\n';
    const nameIn = (file: string, text: string) => [
      ...parsePipelineFile(text, { file, registry: registry() }).pipelines.keys(),
    ];
    expect(nameIn('.cicd/Nightly Build.yaml', steps)).toEqual(['nightly-build']);
    expect(nameIn('cicd.yaml', `name: ship\n${steps}`)).toEqual(['ship']);
  });

  it.each([
    [
      'a template where a number is wanted',
      "inputs: { n: { type: integer, default: 1 } }\nsteps: [{ name: a, type: step.shell_exec, config: { image: x, commands: [ls], cpu_limit: '{{ inputs.n }}', memory_limit: '{{ inputs.n }}MiB' } }]\n",
    ],
    [
      'a number where text is wanted',
      "inputs: { n: { type: integer, default: 1 } }\nsteps: [{ name: a, type: step.log, config: { message: '{{ inputs.n }}', level: \"{{ 'in' + 'fo' }}\" } }]\n",
    ],
    [
      'secrets in env and credentials',
      "env: { T: '{{ secrets.T }}' }\nsteps: [{ name: a, type: step.docker_push, config: { image: x, password: '{{ secrets.P }}' } }]\n",
    ],
    [
      'an artifact key of two steps of which one may be skipped',
      "steps:\n  - { name: a, type: step.artifact_push, if: 'true', config: { source_path: x, key: k } }\n  - { name: b, type: step.artifact_push, skip_if: 'true', config: { source_path: x, key: k } }\n",
    ],
    ['a condition that is a boolean', 'steps: [{ name: a, type: step.log, if: false, config: { message: hi } }]\n'],
    [
      'declared outputs',
      "steps:\n  - { name: a, type: step.shell_exec, outputs: { v: string, n: { type: integer } }, config: { image: x, commands: [ls] } }\n  - { name: b, type: step.log, config: { message: '{{ steps.a.v }}' } }\n",
    ],
    [
      'an alias for a value',
      'steps:\n  - { name: a, type: step.log, config: &c { message: hi } }\n  - { name: b, type: step.log, config: *c }\n',
    ],
    [
      'outputs that a configuration names',
      "steps:\n  - { name: a, type: step.set, config: { values: { v: 1, w-x: [b] } } }\n  - { name: b, type: step.log, config: { message: '{{ steps.a.v + 1 }} {{ steps.a.w_x[0] }}' } }\n",
    ],
    ['an outer variable', "steps: [{ name: a, type: step.log, config: { message: '{{ env.HOME }}' } }]\n"],
  ])('accepts %s', (_name, text) => {
    expect(parse(text).problems).toEqual([]);
  });
});

describe('single mistakes', () => {
  it.each([
    ['a file that is a list', '- a\n', ['pipeline.wrong_type 1:1']],
    ['a misspelt pipelines', 'pipeline:\n  a: {}\n', ['pipeline.unknown_key 1:1']],
    ['no steps', 'description: x\n', ['pipeline.missing_key 1:1']],
    ['no pipelines', 'pipelines: {}\n', ['pipeline.empty 1:12']],
    [
      'steps beside pipelines',
      'pipelines: { a: { steps: [{ name: a, type: step.log, config: { message: x } }] } }\nsteps: []\n',
      ['pipeline.unknown_key 2:1'],
    ],
    [
      'names that expressions cannot tell apart',
      'steps:\n  - { name: a-b, type: step.log, config: { message: x } }\n  - { name: a_b, type: step.log, config: { message: x } }\n',
      ['pipeline.name_clash 3:13'],
    ],
    ['a step without type', 'steps:\n  - name: a\n    config: {}\n', ['pipeline.missing_key 2:5']],
    ['a step that is text', 'steps:\n  - a\n', ['pipeline.wrong_type 2:5']],
    [
      'a missing key of the configuration',
      'steps:\n  - name: a\n    type: step.log\n    config: {}\n',
      ['pipeline.missing_key 4:13'],
    ],
    ['no configuration at all', 'steps:\n  - name: a\n    type: step.log\n', ['pipeline.missing_key 2:5']],
    [
      'outputs of a type that takes none',
      'steps:\n  - name: a\n    type: step.log\n    outputs: { v: string }\n    config: { message: x }\n',
      ['pipeline.outputs_refused 4:5'],
    ],
    [
      'a template of the wrong type',
      "inputs: { w: { type: string } }\nsteps:\n  - name: a\n    type: step.shell_exec\n    config: { image: x, commands: [ls], cpu_limit: '{{ inputs.w }}' }\n",
      ['pipeline.template_type 5:52'],
    ],
    [
      'a template in a name',
      "steps:\n  - name: 'a-{{ .V }}'\n    type: step.log\n    config: { message: x }\n",
      ['pipeline.template_refused 2:11'],
    ],
    [
      'a template in a key',
      "steps:\n  - name: a\n    type: step.shell_exec\n    config: { image: x, commands: [ls], env: { '{{ x }}': y } }\n",
      ['pipeline.template_refused 4:48'],
    ],
    [
      'a matrix whose members store one key',
      'steps:\n  - name: a\n    type: step.artifact_push\n    matrix: { n: [1, 2] }\n    config: { source_path: x, key: k }\n',
      ['pipeline.artifact_twice 5:36'],
    ],
    [
      'a matrix too large',
      `steps:\n  - name: a\n    type: step.log\n    matrix: { n: [${Array.from({ length: 257 }, (_, index) => index).join(', ')}] }\n    config: { message: x }\n`,
      ['pipeline.matrix_invalid 4:13'],
    ],
    [
      'an environment, which is not there yet',
      'environment: production\nsteps: [{ name: a, type: step.log, config: { message: x } }]\n',
      ['pipeline.not_available 1:1'],
    ],
    [
      'a source that is no repository to be reached',
      'source: { git: "ext::sh -c id", ref: --upload-pack=id }\nsteps: [{ name: a, type: step.log, config: { message: x } }]\n',
      ['git.address_refused 1:16', 'git.ref_refused 1:38'],
    ],
    [
      'a source with a template, and with a password as it is',
      "source: { git: 'https://{{ inputs.x }}', credentials: { password: secret } }\nsteps: [{ name: a, type: step.log, config: { message: x } }]\n",
      ['pipeline.template_refused 1:16', 'pipeline.wrong_value 1:67'],
    ],
    [
      'compensate without compensation',
      'on_error: compensate\nsteps: [{ name: a, type: step.log, config: { message: x } }]\n',
      ['pipeline.compensation_missing 1:11'],
    ],
    [
      'an input that contradicts itself',
      "inputs:\n  a: { type: integer, pattern: x }\n  b: { type: string, pattern: '(' }\nsteps: [{ name: a, type: step.log, config: { message: x } }]\n",
      ['pipeline.input_invalid 2:32', 'pipeline.input_invalid 3:31'],
    ],
    [
      'a boolean as text',
      "fail_fast: 'yes'\nsteps: [{ name: a, type: step.log, config: { message: x } }]\n",
      ['pipeline.wrong_type 1:12'],
    ],
    [
      'a template in a statement, also beside parameters that are one',
      "inputs: { ids: { type: list } }\nsteps:\n  - name: a\n    type: step.db_query\n    config: { query: 'select {{ inputs.ids }}', params: '{{ inputs.ids }}' }\n",
      ['pipeline.template_refused 5:22'],
    ],
    [
      'a reference to what does not exist, with and without braces',
      "steps:\n  - { name: a, type: step.jq, config: { input_from: inputs.none } }\n  - { name: b, type: step.jq, config: { input_from: '{{ inputs.none }}' } }\n",
      ['expression.unknown_input 2:53', 'expression.unknown_input 3:57'],
    ],
    [
      'commands that would be code from outside',
      "inputs: { c: { type: list } }\nsteps:\n  - name: a\n    type: step.shell_exec\n    config: { image: x, commands: '{{ inputs.c }}' }\n",
      ['pipeline.template_refused 5:35'],
    ],
    [
      'an output that a configuration does not name',
      "steps:\n  - { name: a, type: step.set, config: { values: { v: 1 } } }\n  - { name: b, type: step.log, config: { message: '{{ steps.a.w }}' } }\n",
      ['expression.unknown_output 3:55'],
    ],
    [
      'an order by the file that closes a circle',
      'steps:\n  - { name: a, type: step.log, needs: [b], config: { message: x } }\n  - { name: b, type: step.log, config: { message: x } }\n',
      ['pipeline.cycle 2:40'],
    ],
  ])('%s', (_name, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  it("maps the paths of a step's own check", () => {
    expect(problemsOf(step('config:\n  image: x\n  commands:\n    - ls\n    - sudo ls'))).toEqual(['plugin.sudo 8:11']);
  });

  it.each([
    [
      'two letters in the wrong order',
      'steps:\n  - { name: build, type: step.log, config: { message: x } }\n  - { name: b, needs: biuld, type: step.log, config: { message: x } }\n',
      'Write `build`.',
    ],
    [
      'a step in what is resolved before all steps',
      "env: { V: '{{ steps.a.status }}' }\nsteps: [{ name: a, type: step.log, config: { message: x } }]\n",
      'Use `inputs` here, or put it into the configuration of a step.',
    ],
    [
      'one value in the place of a list',
      'steps: [{ name: a, type: step.log, matrix: { node: 1.10 }, config: { message: x } }]\n',
      'Write a list: [1.10]',
    ],
    [
      'an input without a type',
      'inputs: { v: { default: x } }\nsteps: [{ name: a, type: step.log, config: { message: x } }]\n',
      'Add `type:` with one of string, integer, number, boolean, list, map, array, object.',
    ],
    ['the beginning of a type', 'steps: [{ name: a, type: shell, config: {} }]\n', 'Write `step.shell_exec`.'],
    [
      'a type that is like no other but for `step.`',
      'steps: [{ name: a, type: step.wait, config: {} }]\n',
      expect.stringMatching(/^The types are step\.shell_exec, /),
    ],
    [
      'a command that is a map',
      step('config:\n  image: x\n  commands:\n    - echo "It\'s: ok"'),
      "A colon and a space make a map in YAML. Put the text in quotes: 'echo \"It''s: ok\"'",
    ],
  ])('says what is meant by %s', (_name, text, hint) => {
    expect(parse(text).problems[0]?.hint).toEqual(hint);
  });

  it('points at the expression inside a block', () => {
    expect(
      problemsOf(step('config:\n  image: x\n  commands:\n    - |\n      ls\n      echo {{ inputs.nope }}'))[0],
    ).toBe('expression.unknown_input 9:19');
  });

  it('does not repeat a broken need further down', () => {
    const text =
      "steps:\n  - { name: build, type: step.shell_exec, config: { image: x, commands: [ls] } }\n  - { name: a, type: step.log, needs: [buidl], config: { message: '{{ steps.build.exit_code }}' } }\n  - { name: b, type: step.log, config: { message: '{{ steps.build.exit_code }}' } }\n";
    expect(problemsOf(text)).toEqual(['pipeline.unknown_need 3:40']);
  });

  it('stops listing at a thousand', () => {
    const steps = Array.from({ length: 3_000 }, (_, index) => `  - { name: s${index}, type: step.nope }\n`).join('');
    const { problems } = parse(`steps:\n${steps}`);
    expect(problems).toHaveLength(1_001);
    expect(problems.at(-1)?.code).toBe('pipeline.too_many_problems');
  });
});

it('never throws, and gives a definition or an error', () => {
  const json = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<unknown>(null, true, 0, 1.5, '', 'a', 'b', '{{ x }}', '{{', '10s', 'step.log', 'step.shell_exec'),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(
        fc.constantFrom(
          'steps',
          'pipelines',
          'name',
          'type',
          'needs',
          'config',
          'matrix',
          'include',
          'exclude',
          'inputs',
          'default',
          'env',
          'retry',
          'outputs',
          'if',
          'commands',
          'image',
          'concurrency',
          'trigger',
          'compensation',
          'defaults',
          'source',
        ),
        tie('value'),
        { maxKeys: 6 },
      ),
    ),
  })).value;
  fc.assert(
    fc.property(json, fc.constantFrom('', 'steps', 'pipelines'), (value, key) => {
      const { pipelines, problems } = parse(
        JSON.stringify(key === '' ? value : { [key]: key === 'steps' ? [value] : { a: value } }),
      );
      expect(pipelines.size > 0 || problems.some(({ severity }) => severity === 'error')).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

describe('a reference', () => {
  const configOf = (inputFrom: string) => {
    const { pipelines, problems } = parse(
      `inputs: { list: { type: list } }\nsteps: [{ name: a, type: step.jq, config: { input_from: ${inputFrom} } }]\n`,
    );
    expect(problems).toEqual([]);
    return [...pipelines.values()][0]?.steps[0]?.config['input_from'];
  };

  it('is an expression, with or without its braces, and a value is itself', () => {
    expect(configOf('inputs.list')).toBe('{{ inputs.list }}');
    expect(configOf("'{{ inputs.list }}'")).toBe('{{ inputs.list }}');
    expect(configOf('[a, { b: inputs.list }]')).toEqual(['a', { b: 'inputs.list' }]);
    expect(configOf('{ a: b }')).toEqual({ a: 'b' });
  });
});
