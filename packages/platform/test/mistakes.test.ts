import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parsePipelineFile } from '@cicd/engine';
import { platformSteps } from '../src/index.ts';

const problemsOf = (yaml: string) => parsePipelineFile(yaml, { file: 'cicd.yaml', registry: platformSteps() }).problems;
/** Place and code of a problem, and what its hint must say. */
type Expected = readonly [problem: string, hint: string];

function expectProblems(yaml: string, expected: readonly Expected[]): void {
  const problems = problemsOf(yaml);
  expect(problems.map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual(expected.map(([each]) => each));
  expect(problems.map(({ hint }) => hint)).toEqual(expected.map(([, hint]) => expect.stringContaining(hint)));
}

describe('the mistakes that people make', () => {
  it('are found in one pass, each at its place and with what to write instead, and nothing else', () => {
    expectProblems(readFileSync(path.join(import.meta.dirname, 'fixtures/mistakes.yaml'), 'utf8'), [
      ['3:16 pipeline.wrong_value', 'Allowed: string, integer'],
      ['4:22 pipeline.duration_invalid', 'Write 10s'],
      ['8:31 pipeline.unknown_key', 'Write `commands`.'],
      ['9:11 pipeline.duplicate_step', 'a name of its own'],
      ['12:11 pipeline.name_invalid', '`test`'],
      ['16:13 pipeline.unknown_need', 'Write `build`.'],
      ['18:49 expression.command_place', 'use double quotes'],
      ['20:11 step.unknown_type', 'Write `step.shell_exec`.'],
      ['24:13 pipeline.image_missing', '`defaults: { image: … }`'],
      ['26:13 pipeline.cycle', 'Remove one of these needs.'],
      ['36:58 expression.secret_not_allowed', "`TOKEN: '{{ secrets.TOKEN }}'`"],
      ['40:28 expression.step_not_upstream', "Add `late` to this step's `needs:`."],
      ['40:52 expression.unknown_input', '`inputs.who`'],
      ['43:38 pipeline.duration_invalid', 'Write 5s'],
      ['45:27 expression.go_template', 'Write `{{ upper(inputs.who) }}`.'],
      ['48:19 expression.syntax', 'Write CEL'],
      ['50:50 pipeline.text_expected', "'1.10'"],
    ]);
  });

  it('name a tab', () => {
    expectProblems('steps:\n  - name: a\n\ttype: step.log\n', [
      ['3:1 pipeline.tab_indentation', 'Indent with spaces.'],
    ]);
  });

  it('name every key that stands twice, beside all other mistakes', () => {
    const yaml = `name: one
name: two
steps:
  - name: a
    needs: []
    needs: [b]
    type: step.log
    config: { mesage: hi, level: info, level: debug }
`;
    expectProblems(yaml, [
      ['2:1 pipeline.duplicate_key', 'Remove one'],
      ['6:5 pipeline.duplicate_key', 'Remove one'],
      ['8:15 pipeline.unknown_key', 'Write `message`.'],
      ['8:40 pipeline.duplicate_key', 'Remove one'],
    ]);
  });

  it('name what other systems write', () => {
    const yaml = `on: push
steps:
  - name: build
    type: step.shell_exec
    uses: actions/checkout
    config:
      image: busybox
      commands:
        - echo "status: ok"
        - docker ps --format '{{.Names}}'
        - echo \${{ inputs.who }}
inputs: { who: { type: string } }
`;
    expect(problemsOf(yaml).map(({ line, code }) => `${line} ${code}`)).toEqual([
      '1 pipeline.unknown_key',
      '5 pipeline.unknown_key',
      '9 pipeline.wrong_type',
      '10 expression.command_place',
      '10 expression.unknown_input',
      '11 expression.dollar_brace',
      '11 expression.command_place',
    ]);
  });

  it('name what a gate’s condition cannot read', () => {
    const yaml = `env: { CHANNEL: stable }
inputs: { channel: { type: string, default: stable } }
steps:
  - { name: scan, type: step.set, config: { values: { critical: 0 } } }
  - name: approve
    type: step.gate
    config:
      auto_approve_conditions:
        - scan.critical == 0 && scan.passed && inputs.channel == 'stable'
        - scn.passed
        - scan.high == 0
        - later.passed
        - env.CHANNEL == 'stable'
        - secrets.TOKEN != ''
        - failure()
        - inputs.channel
        - scan.passed =
        - '{{ scan.passed }}'
        - "inputs.channel == '{{ inputs.channel }}'"
  - { name: later, type: step.log, config: { message: hi } }
`;
    expectProblems(yaml, [
      ['10:11 expression.unknown_name', 'scan'],
      ['11:11 expression.unknown_output', 'There is `critical`'],
      ['12:11 expression.step_not_upstream', 'Add `later`'],
      ['13:11 expression.not_recorded', 'Declare an input'],
      ['14:11 expression.secret_not_allowed', ''],
      ['15:11 expression.status_not_allowed', ''],
      ['16:11 expression.not_boolean', 'Compare'],
      ['17:23 expression.syntax', '`==`'],
      ['18:12 expression.syntax', 'Write `scan.passed`.'],
      ['19:11 pipeline.template_refused', 'Write the name itself'],
    ]);
  });
});
