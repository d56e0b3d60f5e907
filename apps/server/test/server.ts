import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { compilePlan, parsePipelineFile } from '@cicd/engine';
import { chooseSandbox, createPlatform, type Platform, type Role } from '@cicd/platform';
import { serve } from '../src/index.ts';

const pipeline = `
name: hello
steps:
  - name: greet
    type: step.shell_exec
    config:
      image: none
      commands: ['echo "hello, world"', 'echo "<script>alert(1)</script>" > page.html']
      artifacts_out: [{ key: reports/page.html, path: /workspace/page.html }]
`;

/** A real server over a data folder in which two projects have run a pipeline each. */
export interface Scene {
  readonly platform: Platform;
  readonly address: string;
  /** Ids of runs, by project. */
  readonly runs: Readonly<Record<'/shop' | '/blog', string>>;
  /** What failed on our side. */
  readonly failures: readonly unknown[];
  token(role: Role, project?: string): Promise<string>;
  ask(
    path: string,
    options?: { token?: string; method?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Response>;
  close(): Promise<void>;
}

export async function scene(): Promise<Scene> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'cicd-server-'));
  const { driver } = await chooseSandbox('process', { dataFolder: folder, env: process.env });
  const platform = await createPlatform({ dataFolder: folder, sandbox: driver });
  const failures: unknown[] = [];
  const run = async (project: string) => {
    const { pipelines } = parsePipelineFile(pipeline, { file: 'cicd.yaml', registry: platform.steps });
    const plan = compilePlan(pipelines.get('hello')!, { inputs: {} });
    const handle = await platform.runtime.start(
      { ...plan, source: 'none' },
      { project, actor: 'ann', trigger: { type: 'manual' } },
    );
    await handle.done;
    return handle.id;
  };
  const runs = { '/shop': await run('/shop'), '/blog': await run('/blog') };
  const server = await serve({ platform, port: 0, onError: (error) => failures.push(error) });
  return {
    platform,
    address: server.address,
    runs,
    failures,
    async token(role, project) {
      const asked = { name: role, role, lifetime: 60_000, ...(project !== undefined && { project }) };
      return (await platform.tokens.create(asked, { name: 'local:ann', origin: 'terminal' })).text;
    },
    ask: (where, { token, method = 'GET', body, headers = {} } = {}) =>
      fetch(`${server.address}${where}`, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    async close() {
      await server.close();
      await platform.close();
      await driver.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
