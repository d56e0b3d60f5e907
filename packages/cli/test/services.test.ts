import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith } from '@cicd/testbed';
import { scene, type Scene } from './command-line.ts';

const example = path.resolve(import.meta.dirname, '../../../examples/03-services-and-cache');

describeWith(['engine', 'postgres-image'], 'tests beside a database', ({ engine }) => {
  let shop: Scene;
  beforeAll(() => {
    shop = scene({}, { DOCKER_HOST: engine.dockerHost });
    for (const name of readdirSync(example))
      cpSync(path.join(example, name), path.join(shop.folder, name), { recursive: true });
  });
  afterAll(() => shop.remove());

  it('pass, are counted, and find the prepared database the second time', async () => {
    for (const cache of ['none', 'exact']) {
      const { code, stdout, stderr } = await shop.cicd('run', '--json');
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(JSON.parse(stdout)).toMatchObject({ status: 'succeeded', outputs: { passed: 2, cache } });
    }
  }, 240_000);

  it('are named at the end when they fail, with what the database wrote', async () => {
    writeFileSync(path.join(shop.folder, 'tests/never.sql'), 'SELECT false;\n');
    const { code, stdout, stderr } = await shop.cicd('run', '--json');
    expect(code).toBe(1);
    expect(stderr).toMatch(/1 failed test in integration\n {2}✗ sql › never {2}it answered f\n/);
    expect(stderr).toContain('database system is ready to accept connections');
    const { steps } = JSON.parse(stdout) as { steps: { name: string; outputs: object }[] };
    expect(steps.find(({ name }) => name === 'integration')?.outputs).toMatchObject({
      tests: { passed: 2, failed: 1, failures: [{ suite: 'sql', name: 'never', message: 'it answered f' }] },
    });
  }, 240_000);

  it('are not begun by plain processes', async () => {
    const { code, stdout } = await shop.cicd('run', '--sandbox', 'process');
    expect(code).toBe(1);
    expect(stdout).toMatch(/The process sandbox has no services beside a step\..*sandbox\.unsupported/);
  }, 60_000);
});
