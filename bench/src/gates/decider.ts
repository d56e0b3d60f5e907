/**
 * Decides everything that waits in a data folder, in an order of its own, as soon as its standard input says so, and
 * prints how many of its votes counted: `node decider.ts FOLDER NAME approve|reject`.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { loadRun, pendingApprovals, type Verdict } from '@cicd/engine';
import { createPlatform } from '@cicd/platform';
import { CicdError } from '@cicd/plugin';
import { everyAskingRun } from './asking-runs.ts';

const [folder = '', name = '', verdict = 'approve'] = process.argv.slice(2);
const platform = await createPlatform({ dataFolder: folder, local: true });
// An order that differs from decider to decider.
const order = (id: string) => createHash('sha256').update(name).update(id).digest('hex');
const runs = (await everyAskingRun(platform)).toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
process.stdout.write('ready\n');
await once(process.stdin, 'data');

let refused = 0;
for (const id of runs) {
  const { state } = await loadRun(platform.runs, id);
  const [pending] = pendingApprovals(state);
  if (!pending) {
    refused += 1;
    continue;
  }
  const vote = {
    by: `local:${name}`,
    verdict: verdict as Verdict,
    digest: pending.approval.digest,
    local: true as const,
  };
  try {
    await platform.mailbox.post(id, { type: 'vote', step: pending.step.key, vote }, vote.by);
  } catch (error) {
    if (!CicdError.isInstance(error) || !/^(approval|run\.ended)/.test(error.code)) throw error;
    refused += 1;
  }
}
process.stdout.write(`${JSON.stringify({ cast: runs.length - refused, refused })}\n`);
process.stdin.destroy();
await platform.close();
