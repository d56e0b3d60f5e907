import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { parsePipelineFile } from '@cicd/engine';
import { platformSteps } from '../src/index.ts';

const yaml = readFileSync(path.join(import.meta.dirname, 'fixtures/mistakes.yaml'), 'utf8');
const { problems } = parsePipelineFile(yaml, { file: 'mistakes.yaml', registry: platformSteps() });

it('finds every mistake in one pass, at its place, and nothing else', () => {
  expect(problems.map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual([
    '3:16 pipeline.wrong_value',
    '4:22 pipeline.duration_invalid',
    '8:31 pipeline.unknown_key',
    '9:11 pipeline.duplicate_step',
    '12:11 pipeline.name_invalid',
    '16:13 pipeline.unknown_need',
    '18:49 expression.command_place',
    '20:11 step.unknown_type',
    '24:13 pipeline.image_missing',
    '26:13 pipeline.cycle',
    '36:34 expression.secret_not_allowed',
    '40:28 expression.step_not_upstream',
    '40:52 expression.unknown_input',
    '43:38 pipeline.duration_invalid',
    '45:27 expression.go_template',
    '48:19 expression.syntax',
    '50:50 pipeline.text_expected',
  ]);
});

it('says of each what to write', () => {
  expect(problems.filter(({ hint }) => hint === undefined)).toEqual([]);
  expect(problems.filter(({ file }) => file !== 'mistakes.yaml')).toEqual([]);
});
