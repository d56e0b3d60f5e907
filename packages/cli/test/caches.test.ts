import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { describeWith } from '@cicd/testbed';
import { scene, type Scene } from './command-line.ts';

let shop: Scene | undefined;
afterEach(() => {
  shop?.remove();
  shop = undefined;
});

const pipeline = `
name: cached
steps:
  - name: build
    type: step.shell_exec
    config:
      image: busybox
      cache:
        - key: "deps-{{ hash_files('lock') }}"
          restore_keys: [deps-]
          paths: [/workspace/deps, /workspace/more/index.txt]
      commands:
        - mkdir -p deps more
        - test -e deps/marker && echo "found $(cat deps/marker)" || echo "nothing found"
        - cat lock > deps/marker
        - ln -sf marker deps/link
        - echo index > more/index.txt
        - test ! -e fail
`;

interface Outputs {
  readonly steps: readonly { readonly outputs: { readonly caches?: readonly { readonly hit: string }[] } }[];
}

function scenario(env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const here = (shop = scene({ 'cicd.yaml': pipeline, lock: 'one\n' }, env));
  const run = async () => {
    const { code, stdout, stderr } = await here.cicd('run', ...args, '--json');
    const { steps } = JSON.parse(stdout) as Outputs;
    return { code, hit: steps[0]?.outputs.caches?.[0]?.hit, log: (await here.cicd('logs', 'latest')).stdout, stderr };
  };
  return { here, run };
}

async function story(env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const { here, run } = scenario(env, ...args);
  expect(await run()).toMatchObject({ code: 0, hit: 'none', log: expect.stringContaining('nothing found') });
  expect(await run()).toMatchObject({ code: 0, hit: 'exact', log: expect.stringContaining('found one') });
  appendFileSync(path.join(here.folder, 'lock'), 'two\n');
  writeFileSync(path.join(here.folder, 'fail'), '');
  expect(await run()).toMatchObject({ code: 1, log: expect.stringContaining('found one') });
  const { caches } = JSON.parse((await here.cicd('cache', 'list', '--json')).stdout) as { caches: unknown[] };
  // A step that failed keeps nothing.
  expect(caches).toHaveLength(1);
  return { here, run };
}

describe('caches, in processes', () => {
  it(
    'are found by key and by prefix, and kept when the commands succeed',
    () => story({}, '--sandbox', 'process'),
    60_000,
  );

  it('make room for newer ones, with a warning', async () => {
    const { here, run } = scenario({}, '--sandbox', 'process');
    await run();
    writeFileSync(path.join(here.dataFolder, 'settings.yaml'), 'caches: { quota: 6KiB }\n');
    appendFileSync(path.join(here.folder, 'lock'), 'two\n');
    expect(await run()).toMatchObject({ hit: 'prefix', log: expect.stringMatching(/the caches were full: deps-/) });
    const { caches } = JSON.parse((await here.cicd('cache', 'list', '--json')).stdout) as { caches: unknown[] };
    expect(caches).toHaveLength(1);
  });

  it('are listed and removed', async () => {
    const { here, run } = scenario({}, '--sandbox', 'process');
    await run();
    expect((await here.cicd('cache', 'list')).stdout).toMatch(/deps-[0-9a-f]{64} {2}\/workspace\/deps/);
    expect((await here.cicd('cache', 'remove', 'other-')).stderr).toBe('0 removed\n');
    expect((await here.cicd('cache', 'remove', 'deps-')).stderr).toBe('1 removed\n');
    expect((await here.cicd('cache', 'list')).stderr).toContain('there are no caches');
    expect(await run()).toMatchObject({ hit: 'none' });
  });

  it('that could not be unpacked again are not kept, and fail no step', async () => {
    const { here, run } = scenario({}, '--sandbox', 'process');
    writeFileSync(path.join(here.folder, 'cicd.yaml'), pipeline.replace('ln -sf marker', 'ln -sf /etc/passwd'));
    expect(await run()).toMatchObject({ code: 0, log: expect.stringContaining('is not kept') });
    expect(await run()).toMatchObject({ code: 0, hit: 'none' });
  });

  it('that are damaged on the disk are as good as none, and written anew', async () => {
    const { here, run } = scenario({}, '--sandbox', 'process');
    await run();
    const folder = path.join(here.dataFolder, 'caches');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    const content = files.find(({ parentPath }) => parentPath.includes('executions'));
    const file = path.join(content!.parentPath, content!.name);
    writeFileSync(file, 'XXXX', { flag: 'r+' });
    expect(await run()).toMatchObject({
      code: 0,
      hit: 'none',
      log: expect.stringContaining('of no use and was removed'),
    });
    expect(await run()).toMatchObject({ code: 0, hit: 'exact' });
  });
});

describeWith(['engine', 'busybox'], 'caches, in containers', ({ engine }) => {
  it(
    'are found by key and by prefix, and kept when the commands succeed',
    () => story({ DOCKER_HOST: engine.dockerHost }),
    120_000,
  );
});
