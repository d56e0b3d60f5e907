import { describe, expect, it } from '@jest/globals';
import { assert, constantFrom, array, property } from 'fast-check';
import {
  ambiguousNames,
  checkCondition,
  checkTemplate,
  checkText,
  compileTemplate,
} from '../../src/expression/index.ts';
import { scope } from './scopes.ts';

/** The only problem: its code, the text it marks, and its hint. */
function problemOf(text: string, changes = {}) {
  const { problems } = checkTemplate(text, scope(changes));
  expect(problems).toHaveLength(1);
  const [problem] = problems;
  return {
    code: problem?.code,
    at: text.slice(problem?.offset, (problem?.offset ?? 0) + (problem?.length ?? 0)),
    hint: problem?.hint,
  };
}

describe('checkTemplate', () => {
  it.each([
    ['plain', 'string'],
    ['{{ .Version }}', 'string'],
    ['{{ inputs.replicas }}', 'integer'],
    ['{{ inputs.replicas + 1 }}', 'integer'],
    ['{{ inputs.ratio }}', 'number'],
    ['{{ inputs.ratio * 2.0 }}', 'number'],
    ['{{ inputs.tags }}', 'list'],
    ['{{ inputs.tags[0] }}', 'string'],
    ['{{ inputs.tags.map(tag, tag + "x") }}', 'list'],
    ['{{ inputs.tags.exists(tag, tag == .Version) }}', 'boolean'],
    ['{{ {"a": 1} }}', 'map'],
    ['{{ build.passed }}', 'boolean'],
    ['{{ build.image_id }}', 'string'],
    ['{{ size(inputs.tags) }}', 'integer'],
    ['{{ default(inputs.Version, "latest") }}', 'string'],
    ['{{ now() }}', 'string'],
    ["{{ changed('a/**', 'b') }}", 'boolean'],
    ["{{ hash_files('**/package-lock.json') }}", 'string'],
    ["{{ default(hash_files('a'), 'none') }}", 'string'],
    ['{{ .Env.ANY }}', 'string'],
    ['{{ .PreviousExecutionID }}', 'string'],
    ['{{ default (inputs.Version, "x") }}', 'string'],
    ['{{ steps.test.matrix[0].outputs.digest }}', undefined],
    ['{{ run.trigger.type }}', undefined],
    ['a{{ inputs.replicas }}', 'string'],
  ])('%s is %s', (text, type) => {
    const findings = checkTemplate(text, scope());
    expect(findings.problems).toEqual([]);
    expect(findings.type).toBe(type);
  });

  it.each([
    ['{{ inputs.Versoin }}', 'expression.unknown_input', 'inputs.Versoin', 'Did you mean `inputs.Version`?'],
    ['{{ .Unlike }}', 'expression.unknown_input', '.Unlike', 'inputs:\n  Unlike: { type: string }'],
    ['{{ Version }}', 'expression.unknown_name', 'Version', '`.Version`'],
    ['{{ steps.bild.digest }}', 'expression.unknown_step', 'steps.bild', '`steps.build`'],
    ['{{ steps.deploy.status }}', 'expression.step_not_upstream', 'steps.deploy', '`needs:`'],
    ['{{ deploy.status }}', 'expression.step_not_upstream', 'deploy', '`needs:`'],
    ['{{ steps.build.digset }}', 'expression.unknown_output', 'steps.build.digset', '`steps.build.digest`'],
    ['{{ container_scan.xyz }}', 'expression.unknown_output', 'container_scan.xyz', '`duration_ms`'],
    ['{{ steps.test.digest }}', 'expression.matrix_output', 'steps.test.digest', 'steps.test.matrix[0].outputs.digest'],
    ['{{ steps.container-scan.passed }}', 'expression.unknown_name', 'container-scan', '`container_scan`'],
    ['{{ inputs.node-version }}', 'expression.unknown_name', 'node-version', '`node_version`'],
    ['{{ constructor }}', 'expression.unknown_name', 'constructor', 'There is'],
    ['{{ nowhere }}', 'expression.unknown_name', 'nowhere', '`inputs`'],
    ['{{ run.idd }}', 'expression.unknown_name', 'run.idd', '`run.id`'],
    ['{{ matrix.node }}', 'expression.unknown_name', 'matrix', '`matrix:`'],
    ['{{ lowr(.Version) }}', 'expression.unknown_function', 'lowr', '`lower(…)`'],
    ['{{ replace("a") }}', 'expression.function_arguments', 'replace', 'replace(string, string, string)'],
    ['{{ default(1 + 1, 2) }}', 'expression.function_arguments', 'default', 'default(inputs.tag'],
    ['{{ changed() }}', 'expression.function_arguments', 'changed', "changed('packages/api/**')"],
    ['{{ changed(.Version) }}', 'expression.function_arguments', 'changed', 'packages/api'],
    ["{{ hash_files('a', 1) }}", 'expression.function_arguments', 'hash_files', 'packages/api'],
    ["{{ hash_files('/etc/passwd') }}", 'expression.function_arguments', 'hash_files', 'packages/api'],
    ["{{ changed('a/../../b') }}", 'expression.function_arguments', 'changed', 'packages/api'],
    ["{{ chnged('a') }}", 'expression.unknown_function', 'chnged', '`changed(…)`'],
    ['{{ secrets.TOKEN }}', 'expression.secret_not_allowed', 'secrets.TOKEN', '`env:`'],
    ['{{ env[.Version] }}', 'expression.dynamic_name', 'env[.Version]', '`env.NAME`'],
    ['{{ failure() }}', 'expression.status_not_allowed', 'failure', '`if:`'],
    ['{{ inputs.replicas + 1.5 }}', 'expression.type_mismatch', '+', 'double('],
    ['{{ true && .Version }}', 'expression.type_mismatch', '.Version', 'Compare'],
    ['{{ now }}', 'expression.unknown_name', 'now', '`now()`'],
    ['{{.Names}}', 'expression.unknown_input', '.Names', '`\\{{`'],
    ['a{{ inputs.tags }}', 'expression.not_text', '{{ inputs.tags }}', 'json(inputs.tags)'],
    ['${{ .Version }}', 'expression.dollar_brace', '${{ .Version }}', '`{{ .Version }}`'],
    ['{{ .Version', 'expression.unterminated', '{{ .Version', '`\\{{`'],
    ['{{ .Version = 1 }}', 'expression.syntax', '= 1 ', '`==`'],
    ['{{ }}', 'expression.syntax', ' ', undefined],
    ["{{ '😀' + .Xyzzy }}", 'expression.unknown_input', '.Xyzzy', 'Xyzzy'],
    [`{{ ${'('.repeat(2000)}1${')'.repeat(2000)} }}`, 'expression.too_long', expect.anything(), undefined],
    [`{{ "${'a'.repeat(5000)}" }}`, 'expression.too_long', expect.anything(), undefined],
  ])('%s: %s', (text, code, at, hint) => {
    expect(problemOf(text)).toEqual({ code, at, hint: hint === undefined ? undefined : expect.stringContaining(hint) });
  });

  it.each([
    ['.Version | default "y" | upper', 'upper(default(.Version, "y"))'],
    ['.Env.HOME | default "/root"', 'default(.Env.HOME, "/root")'],
    ['index .tags 0', '.tags[0]'],
    ['printf "%s-%d" .Version .replicas', '"%s-%d".format([.Version, .replicas])'],
    ['eq .Version "1"', '.Version == "1"'],
    ['and (eq .Version "1") (not .ok)', '(.Version == "1") && (!.ok)'],
    ['len .tags', 'size(.tags)'],
  ])('refuses Go: %s', (source, form) => {
    expect(problemOf(`{{ ${source} }}`)).toMatchObject({
      code: 'expression.go_template',
      hint: `Write \`{{ ${form} }}\`.`,
    });
    expect(() => compileTemplate(`{{ ${form} }}`)).not.toThrow();
  });

  it.each(['{{- .Version -}}', '{{ if .Version }}', '{{ end }}', '{{ range .tags }}'])('refuses Go: %s', (text) => {
    expect(problemOf(text).code).toBe('expression.go_template');
  });

  it('finds every problem, not the first', () => {
    const { problems } = checkTemplate('{{ .A }} {{ .B + steps.c.d }}', scope());
    expect(problems.map(({ code, offset }) => [code, offset])).toEqual([
      ['expression.unknown_input', 3],
      ['expression.unknown_input', 12],
      ['expression.unknown_step', 17],
    ]);
  });

  it('collects what is used', () => {
    const text = '{{ secrets.A }} {{ .Env.B }} {{ env.C }} {{ container_scan.passed }} {{ steps.build.digest }}';
    expect(checkTemplate(text, scope({ allowsSecrets: true }))).toMatchObject({
      problems: [],
      secrets: ['A'],
      env: ['B', 'C'],
      steps: ['container-scan', 'build'],
      usesStatus: false,
    });
  });

  it('finds names that read the same', () => {
    const inputs = new Map([
      ['a-b', { type: 'string' }],
      ['a_b', { type: 'string' }],
    ]);
    expect(problemOf('{{ inputs.a_b }}', { inputs }).code).toBe('expression.ambiguous_name');
    expect(ambiguousNames(['a-b', 'c', 'a_b', 'c'])).toEqual([['a-b', 'a_b']]);
  });

  it('knows the keys of a matrix', () => {
    const matrix = new Set(['node']);
    expect(checkTemplate('{{ matrix.node }}', scope({ matrix })).problems).toEqual([]);
    expect(problemOf('{{ matrix.nod }}', { matrix })).toMatchObject({ hint: 'Did you mean `matrix.node`?' });
  });

  it('never throws, whatever stands between the braces', () => {
    const pieces = constantFrom(
      '.',
      'a',
      'inputs',
      '.Version',
      ' ',
      '|',
      '(',
      ')',
      '[',
      ']',
      '"',
      "'",
      '1',
      '+',
      '-',
      ',',
      'default',
      '{',
      '}',
      ':',
      '?',
      'map',
      'index',
      '\n',
      '@',
      '0x',
      '😀',
    );
    assert(
      property(array(pieces, { maxLength: 12 }), (parts) => {
        const text = `a{{ ${parts.join('')} }}`;
        for (const { offset, length } of checkTemplate(text, scope()).problems) {
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(offset + length).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('checkText', () => {
  it('refuses a list where text must come out', () => {
    expect(checkText('{{ inputs.tags }}', scope()).problems).toMatchObject([{ code: 'expression.not_text' }]);
    expect(checkText('{{ inputs.replicas }}', scope())).toMatchObject({ problems: [], type: 'string' });
  });
});

describe('checkCondition', () => {
  const check = (text: string) => checkCondition(text, scope({ allowsStatus: true }));

  it.each([
    'build.passed',
    'steps.build.passed && failure()',
    "run.trigger.type != 'schedule'",
    'always()',
    'steps.test.matrix.all(member, member.passed)',
  ])('%s', (text) => expect(check(text).problems).toEqual([]));

  it('says whether it uses a status function', () => {
    expect(check('failure()').usesStatus).toBe(true);
    expect(check('build.passed').usesStatus).toBe(false);
  });

  it.each([
    ['{{ build.passed }}', 'expression.syntax'],
    ['.Version', 'expression.not_boolean'],
    ['build.passd', 'expression.unknown_output'],
    ['failure', 'expression.unknown_name'],
    ['', 'expression.syntax'],
  ])('%s: %s', (text, code) => expect(check(text).problems).toMatchObject([{ code }]));
});
