import { parseArgs } from 'node:util';
import { requirePart } from '@cicd/testbed/require';
import { realKills } from '../real/real-kills.ts';

/** `kills [--cases 200] [--sandbox docker|process] [--seed N]` */
export async function killsCommand(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: 'string', default: '200' },
      sandbox: { type: 'string', default: 'docker' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  const cases = Number(values.cases);
  const seed = Number(values.seed);
  const sandbox = values.sandbox === 'process' ? 'process' : 'docker';
  const env = sandbox === 'docker' ? { ...process.env, DOCKER_HOST: requirePart('engine').dockerHost } : process.env;

  console.log(`${cases} killed runs, sandbox ${sandbox}, seed ${seed}`);
  const results = await realKills({
    sandbox,
    cases,
    seed,
    env,
    onCase({ index, killedAt, resumedAfter, violations }) {
      const mark = violations.length === 0 ? '✓' : '✗';
      console.log(`${mark} ${index}: killed at ${killedAt.join(', then ')}; resumed after ${resumedAfter} ms`);
      for (const { promise, message } of violations) console.log(`    ${promise}: ${message}`);
    },
  });
  const times = results
    .map(({ resumedAfter }) => resumedAfter)
    .filter((time) => time > 0)
    .toSorted((a, b) => a - b);
  const broken = results.filter(({ violations }) => violations.length > 0);
  console.log(
    `${results.length - broken.length} of ${results.length} kept every promise; resumed after ${times[Math.floor(times.length / 2)] ?? 0} ms (median), ${times.at(-1) ?? 0} ms (worst), to reach: ≤ 2000 ms`,
  );
  return broken.length === 0;
}
