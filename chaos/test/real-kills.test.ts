import { describe, expect, it, jest } from '@jest/globals';
import { describeWith } from '@cicd/testbed';
import { realKills, type RealKillsOptions } from '../src/real/real-kills.ts';

jest.setTimeout(180_000);

/** What was broken, with the seed that shows it again. */
async function broken(options: Pick<RealKillsOptions, 'sandbox' | 'cases' | 'env'>) {
  const seed = Date.now() % 1_000_000;
  const results = await realKills({ ...options, seed });
  expect(results).toHaveLength(options.cases);
  expect(results.filter(({ killedAt }) => killedAt.length > 0).length).toBeGreaterThan(options.cases / 2);
  return results.filter(({ violations }) => violations.length > 0).map((result) => ({ seed, ...result }));
}

describe('a real run whose process is killed, in processes', () => {
  it('keeps every promise', async () => {
    expect(await broken({ sandbox: 'process', cases: 20, env: process.env })).toEqual([]);
  });
});

describeWith(['engine', 'busybox'], 'a real run whose process is killed, in containers', ({ engine }) => {
  it('keeps every promise', async () => {
    const env = { ...process.env, DOCKER_HOST: engine.dockerHost };
    expect(await broken({ sandbox: 'docker', cases: 10, env })).toEqual([]);
  });
});
