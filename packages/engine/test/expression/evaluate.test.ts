import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CicdError, type Json, type JsonObject } from '@cicd/plugin';
import { assert, dictionary, integer, jsonValue, property, string } from 'fast-check';
import {
  compileTemplate,
  evaluateCondition,
  resolveTemplate,
  resolveText,
  resolveValue,
} from '../../src/expression/index.ts';
import { values } from './scopes.ts';

function failureOf(evaluate: () => unknown): CicdError {
  try {
    evaluate();
  } catch (error) {
    if (CicdError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const resolve = (text: string) => resolveTemplate(text, values());

describe('resolveTemplate', () => {
  it.each<[string, Json]>([
    ['plain', 'plain'],
    ['{{ .Version }}', '1.2.3'],
    ['v{{ inputs.Version }}-{{ inputs.replicas }}/{{ inputs.ratio }}', 'v1.2.3-3/0.5'],
    ['{{ inputs.replicas }}', 3],
    ['{{ inputs.replicas + 1 }}', 4],
    ['{{ inputs.ratio * 3.0 }}', 1.5],
    ['{{ inputs.replicas > 2.5 }}', true],
    ['{{ inputs.tags }}', ['a', 'b']],
    ['{{ inputs.nothing }}', null],
    ['{{ inputs.node_version }}', '24'],
    ["{{ inputs['node-version'] }}", '24'],
    ['{{ .node_version }}', '24'],
    ['{{ steps.build.digest }}', 'sha256:1'],
    ['{{ build.image_id }}', 'i1'],
    ["{{ steps['container-scan'].status }} {{ container_scan.passed }}", 'failed false'],
    ['{{ env.CI }}{{ .Env.CI }}', 'truetrue'],
    ['{{ steps.env.status }}', 'passed'],
    ['{{ run.id }} {{ .ExecutionID }} {{ run.trigger.type }}', 'run-1 run-1 manual'],
    ['{{ default(.PreviousExecutionID, "none") }}', 'none'],
    ['{{ default(steps.build.a.b.c, "x") }}', 'x'],
    ['{{ default(inputs.tags[7], "x") }}', 'x'],
    ['{{ default(inputs.nothing, "x") }}', 'x'],
    ['{{ default(inputs.Version, 1 / 0) }}', '1.2.3'],
    ['{{ default(inputs.absent, default(env.ABSENT, "deep")) }}', 'deep'],
    ['{{ json(inputs.tags) }} {{ json(inputs.replicas) }}', '["a","b"] 3'],
    ['{{ lower("Ä") + upper("b") + trim(" c ") }}', 'äBc'],
    ['{{ replace("a.a", ".", "$&") }}', 'a$&a'],
    ['{{ join(split("a,b", ","), "-") }}', 'a-b'],
    ['{{ join([1, true], ",") }}', '1,true'],
    ['{{ hash("a") }}', createHash('sha256').update('a').digest('hex')],
    ['{{ "%s-%d".format([inputs.Version, inputs.replicas]) }}', '1.2.3-3'],
    ['{{ now() }}', '2026-01-02T03:04:05.678Z'],
    ['{{ now() - duration("1h") }}', '2026-01-02T02:04:05.678Z'],
    ['{{ inputs.tags.filter(tag, tag != "a").map(tag, tag + .Version) }}', ['b1.2.3']],
    ['{{ {"a": {"b": inputs.replicas}} }}', { a: { b: 3 } }],
    ['{{ inputs.Version.matches("^[0-9.]+$") }}', true],
    ['\\{{ .Version }} {{ .Version }}', '{{ .Version }} 1.2.3'],
    ["{{ '{{' }}{{ .Version }}{{ '}}' }}", '{{1.2.3}}'],
  ])('%s', (text, expected) => {
    expect(resolve(text)).toEqual(expected);
  });

  it.each([
    ['{{ inputs.absent }}', 'expression.missing_value', 'inputs.absent'],
    ['x {{ steps.build.absent.deep }}', 'expression.missing_value', 'steps.build.absent'],
    ['{{ inputs.tags[7] }}', 'expression.missing_value', 'inputs.tags[7]'],
    ['{{ .PreviousExecutionID }}', 'expression.missing_value', '.PreviousExecutionID'],
    ['x{{ inputs.nothing }}', 'expression.missing_value', 'inputs.nothing'],
    ['{{ constructor }}', 'expression.missing_value', 'constructor'],
    ['{{ inputs.toString }}', 'expression.missing_value', 'inputs.toString'],
    ['{{ Version }}', 'expression.missing_value', 'Version'],
    ['{{ inputs.replicas * 1.5 }}', 'expression.failed', 'double('],
    ['{{ 1 / 0 }}', 'expression.failed', 'divide by zero'],
    ['x{{ inputs.tags }}', 'expression.not_text', 'json(inputs.tags)'],
    ['{{ 9007199254740992 }}', 'expression.result_invalid', 'string('],
    ['{{ 1.0 / 0.0 }}', 'expression.result_invalid', 'Infinity'],
    ['{{ b"a" }}', 'expression.result_invalid', 'bytes'],
  ])('fails for %s', (text, code, words) => {
    const failure = failureOf(() => resolve(text));
    expect(failure).toMatchObject({ code, family: 'step', details: { place: 'config.message' } });
    expect(`${failure.message} ${failure.hint}`).toContain(words);
  });

  it('never shows a secret in an error', () => {
    expect(failureOf(() => resolve('{{ int(secrets.TOKEN) }}')).message).not.toContain('hunter2');
  });

  it.each(['{{ a b }}', '{{ a', '{{ failure() }}', '{{ .Version | upper }}'])('refuses to compile %s', (text) => {
    expect(failureOf(() => compileTemplate(text)).family).toBe('config');
  });

  it('gives back any JSON unchanged', () => {
    assert(
      property(jsonValue(), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as Json;
        expect(resolveTemplate('{{ inputs.value }}', values({ inputs: { value: plain } }))).toEqual(plain);
      }),
    );
  });

  it('joins texts as they are and never evaluates them again', () => {
    assert(
      property(string(), integer(), (text, number) => {
        const result = resolveTemplate(
          '<{{ inputs.text }}|{{ inputs.number }}>',
          values({ inputs: { text: `{{ .Version }}${text}`, number } }),
        );
        expect(result).toBe(`<{{ .Version }}${text}|${number}>`);
      }),
    );
  });
});

describe('uuid', () => {
  it('is fixed per run and place', () => {
    const at = (place: string) => resolveTemplate('{{ uuid() }}', values({ place }));
    expect(at('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(at('a')).toBe(at('a'));
    expect(at('a')).not.toBe(at('b'));
  });
});

describe('resolveText', () => {
  it('is always text', () => {
    expect(resolveText('{{ inputs.replicas }}', values())).toBe('3');
    expect(failureOf(() => resolveText('{{ inputs.tags }}', values())).code).toBe('expression.not_text');
    expect(failureOf(() => resolveText('{{ inputs.nothing }}', values())).code).toBe('expression.missing_value');
  });
});

describe('resolveValue', () => {
  it('resolves every text, keeps keys, and gives each text its place', () => {
    const config = { '{{ k }}': ['{{ inputs.replicas }}', { a: 'v{{ .Version }}', b: true }] };
    expect(resolveValue(config, values(), 'config')).toEqual({ '{{ k }}': [3, { a: 'v1.2.3', b: true }] });
    const failure = failureOf(() => resolveValue({ list: [{ a: '{{ inputs.absent }}' }] }, values(), 'config'));
    expect(failure.details).toMatchObject({ place: 'config.list[0].a' });
  });

  it('leaves a configuration without templates as it is', () => {
    assert(
      property(dictionary(string(), jsonValue()), (config) => {
        const plain = JSON.parse(JSON.stringify(config).replaceAll('{{', '{ {')) as JsonObject;
        expect(resolveValue(plain, values(), '')).toEqual(plain);
      }),
    );
  });
});

describe('evaluateCondition', () => {
  it.each([
    ['always()', true],
    ['success()', false],
    ['failure() && !cancelled()', true],
    ["run.trigger.type != 'schedule'", true],
    ['container_scan.passed == true || build.passed', true],
    ['steps.build.passed && inputs.replicas >= 3', true],
  ])('%s', (text, expected) => {
    expect(evaluateCondition(text, values({ status: { failed: true, cancelled: false } }))).toBe(expected);
  });

  it('fails closed', () => {
    expect(failureOf(() => evaluateCondition('inputs.Version', values())).code).toBe('expression.not_boolean');
    expect(failureOf(() => evaluateCondition('inputs.absent', values())).code).toBe('expression.missing_value');
    expect(failureOf(() => evaluateCondition('always()', values())).code).toBe('expression.missing_value');
  });
});

describe('questions about the source', () => {
  const answers = { 'changed(["api/**"])': false, 'hash_files(["a","b"])': 'abc' };
  const asked = values({ run: { ...values().run, source: { answers } } });

  it('are answered by what the run recorded', () => {
    expect(evaluateCondition("changed('api/**')", asked)).toBe(false);
    expect(resolveTemplate("key-{{ hash_files('a', 'b') }}", asked)).toBe('key-abc');
  });

  it('take an unknown change for one, and let a hash without files fall back', () => {
    expect(evaluateCondition("changed('web/**')", asked)).toBe(true);
    expect(evaluateCondition("changed('web/**')", values())).toBe(true);
    expect(resolveTemplate("{{ default(hash_files('x'), 'none') }}", asked)).toBe('none');
    const failure = failureOf(() => resolveTemplate("{{ hash_files('x') }}", asked));
    expect(failure).toMatchObject({ code: 'expression.missing_value' });
    expect(failure.message).toContain("hash_files('x')");
  });
});
