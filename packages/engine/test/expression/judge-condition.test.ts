import { describe, expect, it } from '@jest/globals';
import { judgeCondition } from '../../src/expression/index.ts';
import { values } from './scopes.ts';

const judge = (text: string) => judgeCondition(text, values());

describe('a condition that is judged', () => {
  it.each<[string, boolean, object]>([
    ['build.passed == true', true, { 'build.passed': true }],
    [
      'steps.build.passed && !container_scan.passed',
      true,
      { 'steps.build.passed': true, 'container_scan.passed': false },
    ],
    ["inputs.replicas > 5 || .Version == '1.2.3'", true, { 'inputs.replicas': 3, '.Version': '1.2.3' }],
    ["steps['container-scan'].status == 'passed'", false, { "steps['container-scan'].status": 'failed' }],
    ["inputs.tags.exists(tag, tag == 'c')", false, { 'inputs.tags': ['a', 'b'] }],
    ["'a' in inputs.tags", true, { 'inputs.tags': ['a', 'b'] }],
    ['has(build.digest)', true, { 'build.digest': 'sha256:1' }],
    ['has(build.absent)', false, {}],
    ["default(build.absent, 'x') == 'x'", true, {}],
    ['size({"key": build.digest}) == 1', true, { 'build.digest': 'sha256:1' }],
    ['inputs.tags[0] == "a"', true, { 'inputs.tags[0]': 'a' }],
    ['true', true, {}],
  ])('%s', (text, holds, read) => {
    expect(judge(text)).toEqual({ expression: text, holds, values: read });
  });

  it('does not hold where a value is missing, and says which', () => {
    expect(judge('build.absent == 1')).toEqual({
      expression: 'build.absent == 1',
      holds: false,
      values: {},
      trouble: '`build.absent` in `build.absent == 1` has no value in this run.',
    });
  });

  it('does not hold where it is no truth', () => {
    expect(judge('inputs.replicas')).toMatchObject({ holds: false, trouble: expect.stringContaining('neither true') });
  });

  it('reads nothing that the run does not record', () => {
    expect(judge("env.CI == 'true'")).toMatchObject({ holds: false, values: {} });
    expect(judgeCondition("secrets.TOKEN == 'x'", values({ secrets: { TOKEN: 'x' } }))).toMatchObject({
      holds: false,
      values: {},
    });
  });

  it('shows a long value cut', () => {
    const given = values({ inputs: { text: 'x'.repeat(1_000) } });
    expect(judgeCondition("inputs.text != ''", given).values).toEqual({
      'inputs.text': `"${'x'.repeat(199)}…`,
    });
  });
});
