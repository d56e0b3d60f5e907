import type { ExpressionValues, StaticScope } from '../../src/expression/index.ts';

/** What a file declares, for the checks. */
export function scope(changes: Partial<StaticScope> = {}): StaticScope {
  const outputs = new Map([
    ['digest', { type: 'string' }],
    ['image-id', { type: 'string' }],
  ]);
  return {
    inputs: new Map([
      ['Version', { type: 'string' }],
      ['replicas', { type: 'integer' }],
      ['ratio', { type: 'number' }],
      ['node-version', { type: 'string' }],
      ['tags', { type: 'array', items: { type: 'string' } }],
    ]),
    steps: new Map([
      ['build', { outputs, isMatrix: false }],
      ['container-scan', { outputs: new Map(), isMatrix: false }],
      ['test', { outputs, isMatrix: true }],
    ]),
    allSteps: new Set(['build', 'container-scan', 'test', 'deploy', 'run']),
    matrix: undefined,
    env: new Set(['CI']),
    allowsSecrets: false,
    allowsStatus: false,
    ...changes,
  };
}

/** What a run knows, for evaluation. */
export function values(changes: Partial<ExpressionValues> = {}): ExpressionValues {
  return {
    inputs: {
      Version: '1.2.3',
      replicas: 3,
      ratio: 0.5,
      'node-version': '24',
      tags: ['a', 'b'],
      nothing: null,
      map: { key: { 'a-b': 1 } },
    },
    steps: {
      build: { status: 'passed', passed: true, digest: 'sha256:1', 'image-id': 'i1' },
      'container-scan': { status: 'failed', passed: false },
      env: { status: 'passed', passed: true },
    },
    env: { CI: 'true' },
    run: {
      id: 'run-1',
      pipeline: 'release',
      attempt: 1,
      trigger: { type: 'manual' },
      started_at: '2026-01-02T03:04:05.678Z',
    },
    secrets: { TOKEN: 'hunter2' },
    place: 'config.message',
    ...changes,
  };
}
