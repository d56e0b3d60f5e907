import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv, type ErrorObject } from 'ajv';
import { formatSchema, parsePipelineFile, parseYaml, pipelineSchema } from '../../src/definition/index.ts';
import { registry } from './step-types.ts';

const schema = pipelineSchema(registry());
const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
const errorsOf = (text: string): readonly ErrorObject[] =>
  validate(parseYaml(text).value) ? [] : (validate.errors ?? []);
const read = (name: string) => readFileSync(new URL(`files/${name}`, import.meta.url), 'utf8');

describe('pipelineSchema', () => {
  it.each(['release.yaml', 'foundation.yaml'])('accepts %s', (name) => {
    expect(errorsOf(read(name))).toEqual([]);
  });

  it.each([
    ['an unknown key', 'steps: [{ name: a, type: step.log, config: { message: x, lvl: info } }]', '/steps/0/config'],
    ['an unknown type', 'steps: [{ name: a, type: step.lock }]', '/steps/0/type'],
    [
      'a wrong value',
      'steps: [{ name: a, type: step.log, config: { message: x, level: loud } }]',
      '/steps/0/config/level',
    ],
    ['a missing configuration', 'steps: [{ name: a, type: step.log }]', '/steps/0'],
    ['steps beside pipelines', 'pipelines: { a: { steps: [] } }\nsteps: []', '/steps'],
    ['a template in a name', "steps: [{ name: '{{ x }}', type: step.log, config: { message: x } }]", '/steps/0/name'],
  ])('refuses %s, as the check does', (_name, text, place) => {
    expect(errorsOf(text).map(({ instancePath }) => instancePath)).toContain(place);
    expect(parsePipelineFile(text, { file: 'cicd.yaml', registry: registry() }).problems).not.toEqual([]);
  });

  it('accepts a template wherever a value of a configuration is, and a step without an image', () => {
    expect(
      errorsOf(
        "steps: [{ name: a, type: step.shell_exec, config: { commands: '{{ inputs.c }}', cpu_limit: '{{ inputs.n }}', shell: '{{ inputs.s }}' } }]",
      ),
    ).toEqual([]);
  });

  const loop = (inside: string) =>
    `steps: [{ name: l, type: step.foreach, config: { items: '{{ inputs.x }}', steps: ${inside} } }]`;

  it('describes the steps inside a step, however deep', () => {
    const route = (steps: string) =>
      `[{ name: r, type: step.conditional, config: { field: a, routes: { x: ${steps} } } }]`;
    const log = (config: string) => `{ name: a, type: step.log, config: ${config} }`;
    expect(errorsOf(loop(route(log('{ message: m }'))))).toEqual([]);
    expect(errorsOf(loop(route(`[${log('{ message: m }')}]`)))).toEqual([]);
    const places = errorsOf(loop(route(log('{ mesage: m }')))).map(({ instancePath }) => instancePath);
    expect(places).toContain('/steps/0/config/steps/0/config/routes/x/config');
    expect(errorsOf(loop("'{{ inputs.steps }}'"))).not.toEqual([]);
  });

  it('is draft-07, holds nothing of ours, and has one text', () => {
    const text = formatSchema(schema);
    expect(schema['$schema']).toBe('http://json-schema.org/draft-07/schema#');
    expect(text).not.toContain('x-cicd');
    expect(formatSchema(pipelineSchema(registry()))).toBe(text);
  });
});
