import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import type { AnyStepDefinition, JsonObject, Service, StepContext, StepResult } from '@cicd/plugin';
import {
  createFakeGitSource,
  createFakeImages,
  createRecordedBroker,
  createRecordedDatabase,
  createStepContext,
  type FakeProgram,
} from '@cicd/plugin/testing';
import { builtinSteps } from '../src/index.ts';
import { startServer, type LocalServer } from './http/local-server.ts';
import { configOf } from './support/config.ts';
import { localShell, sandboxOf } from './support/local-shell.ts';
import { archiveOf, sandboxWith } from './support/workspace.ts';

interface WrittenStep {
  readonly name: string;
  readonly type: string;
  readonly config: object;
  readonly outputs?: Record<string, JsonObject>;
}

/** Runs commands in a shell of this machine; a service is ready at once, and stays. */
const localPrograms: FakeProgram = (context) => {
  if (context.config.image !== 'postgres') return localShell('sh')(context);
  if (context.command[0] === 'pg_isready') return 0;
  return new Promise((resolve) => context.signal.addEventListener('abort', () => resolve(0), { once: true }));
};

/** What the examples find in the workspace and in the store. */
const workspaceFiles = {
  'output/server*': 'program',
  'packages/a/reports/unit.xml': '<testsuite/>',
  'dist/greeting.txt': 'hello',
  'reports/result.txt': 'ok',
  'output/Dockerfile': 'FROM busybox\nCOPY server /server\n',
  'docker/web.Dockerfile': 'FROM busybox\nCOPY output/server /server\n',
};

const examples = builtinSteps.flatMap((step) =>
  step.examples.map((example) => ({ name: `${step.type}: ${example.title}`, step, example })),
);

/** What a step that waits comes to when it is approved; when its time comes, it may go on waiting. */
async function resumeAtOnce(step: AnyStepDefinition, ctx: StepContext): Promise<StepResult> {
  const value = { approved: true, decided_by: ['ann@example.com'] };
  return (await step.resume?.(ctx, { kind: 'decision', value })) ?? { outputs: {} };
}

const releaseNotes: Service = {
  name: 'release-notes',
  description: 'What has changed in a version.',
  call: () => Promise.resolve('Nothing has changed.'),
};

const shop = {
  sha: 'a'.repeat(40),
  branches: ['main'],
  author: 'Ann <ann@example.com>',
  message: 'One',
  files: { 'README.md': 'Shop' },
};
const repositories = { 'https://git.example.com/shop.git': [shop], 'git@git.example.com:shop.git': [shop] };

/** What starts the runs of steps that need a request. */
const order: JsonObject = { type: 'http', method: 'PUT', path: '/orders/7', body: '{"count":3}' };
const requests: Record<string, JsonObject> = { 'step.request_parse': order, 'step.json_response': order };

describe('the example', () => {
  let outside: LocalServer;
  beforeAll(async () => {
    outside = await startServer((_request, response) => response.writeHead(201).end());
  });
  afterAll(() => outside.close());

  it.each(examples)('$name runs', async ({ step, example }) => {
    const written = load(
      example.yaml
        .replaceAll(/\{\{ secrets\.\w+ \}\}/g, 'a secret')
        .replaceAll('https://api.example.com', outside.origin),
    ) as WrittenStep;
    expect(written.type).toBe(step.type);
    const config = configOf(step.config, written.config);
    expect(step.check?.(config) ?? []).toEqual([]);
    const files = await sandboxWith(workspaceFiles);
    const sandbox = step.type === 'step.shell_exec' ? await sandboxOf(localPrograms) : files;
    const ctx = createStepContext({
      config,
      sandbox,
      workspace: files.workspace,
      run: { previousRunId: 'run-0', ...(requests[written.type] && { trigger: requests[written.type] }) },
      step: { name: written.name, declaredOutputs: written.outputs ?? {} },
      env: { CICD_STEP: written.name },
      images: createFakeImages({ present: ['busybox'], registries: { 'registry.example.com': () => undefined } }),
      ports: {
        network: { allowed: ['127.0.0.1'] },
        git: createFakeGitSource(repositories),
        brokers: new Map([['memory', createRecordedBroker()]]),
        services: new Map([['release-notes', releaseNotes]]),
        databases: new Map([['shop', createRecordedDatabase([{ id: 7, total: '12.50' }])]]),
      },
      judge: (expression) => ({ expression, holds: expression.includes('run.pipeline'), values: {} }),
    });
    for (const [run, key] of [
      ['run-0', 'ui-dist'],
      ['run-1', 'dist'],
    ] as const) {
      await ctx.recorded.artifacts.put(run, key, archiveOf([{ name: 'index.html', content: '<p>' }]), {
        kind: 'directory',
        producer: { step: written.name, attempt: 1 },
      });
    }
    const first = await step.run(ctx);
    const result = 'wait' in first ? await resumeAtOnce(step, ctx) : first;
    expect(
      'outputs' in result &&
        configOf({ ...step.outputs, ...(step.declaresOutputs && { additionalProperties: true }) }, result.outputs),
    ).toEqual(expect.anything());
    for (const name of Object.keys(written.outputs ?? {})) expect(result).toHaveProperty(['outputs', name]);
  });
});

describe('every step', () => {
  it.each(builtinSteps.map((step) => [step.type, step] as const))(
    '%s is documented field by field, and closed',
    (_, step) => {
      expect(step.examples.length).toBeGreaterThan(0);
      for (const schema of [step.config, step.outputs] as JsonObject[]) {
        for (const [name, field] of Object.entries((schema['properties'] ?? {}) as JsonObject))
          expect({ name, ...(field as JsonObject) }).toHaveProperty('description');
      }
      expect(step.config).toHaveProperty('additionalProperties', false);
      expect(() => configOf(step.config, { 'no-such-key': 1 })).toThrow('additional properties');
    },
  );
});

describe('the configurations that the platform was asked for', () => {
  it.each([
    [
      'step.shell_exec',
      {
        image: 'node:20-alpine',
        commands: ['npm ci', 'npm run build'],
        work_dir: '/workspace',
        timeout: '300s',
        env: { NODE_ENV: 'production' },
        artifacts_out: [{ key: 'ui-dist', path: '/workspace/dist' }],
      },
    ],
    [
      'step.artifact_pull',
      {
        source: 'previous_execution',
        execution_id: '{{.PreviousExecutionID}}',
        key: 'ui-dist',
        dest: '/workspace/assets',
      },
    ],
    [
      'step.artifact_pull',
      { source: 'previous_execution', execution_id: '', key: 'ui-dist', dest: '/workspace/assets' },
    ],
    ['step.artifact_push', { source_path: '/workspace/output/server', key: 'server-binary', dest: 'artifact_store' }],
  ])('%s is accepted as it stands', (type, config) => {
    const step = builtinSteps.find((known) => known.type === type);
    expect(step?.check?.(configOf(step.config, config))).toEqual(step?.check ? [] : undefined);
  });
});
