/** Decides every gate at its word, and prints what became of its votes: `node decide.ts FOLDER NAME approve|reject`. */
import { once } from 'node:events';
import { loadRun, pendingApprovals, type Verdict } from '@cicd/engine';
import { CicdError } from '@cicd/plugin';
import { createPlatform } from '../../src/index.ts';

const [folder = '', name = '', verdict = 'approve'] = process.argv.slice(2);
const platform = await createPlatform({ dataFolder: folder, local: true });
// What everybody was shown, before anybody has decided.
const shown = await Promise.all(
  (await platform.runs.list({ asks: true, limit: 1_000 })).map(async ({ id }) => {
    const [pending] = pendingApprovals((await loadRun(platform.runs, id)).state);
    return { id, digest: pending?.approval.digest ?? '' };
  }),
);
process.stdout.write('ready\n');
await once(process.stdin, 'data');

const vote = { by: `local:${name}`, verdict: verdict as Verdict, local: true as const };
for (const { id, digest } of shown) {
  try {
    await platform.mailbox.post(id, { type: 'vote', step: 'approve', vote: { ...vote, digest } }, vote.by);
  } catch (error) {
    // Too late: the run says so, or has ended.
    if (!CicdError.isInstance(error) || !['approval.decided', 'run.ended'].includes(error.code)) throw error;
  }
}
process.stdin.destroy();
await platform.close();
