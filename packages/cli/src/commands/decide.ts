import { styleText } from 'node:util';
import { pendingApprovals, type PendingApproval, type RunState, type Verdict, type Vote } from '@cicd/engine';
import { CicdError, ConfigError } from '@cicd/plugin';
import type { Platform } from '@cicd/platform';
import { exitCode } from '../exit.ts';
import { localUser } from '../input/local-user.ts';
import { findRun, withData } from '../input/open-data.ts';
import { readState } from '../input/read-state.ts';
import { approvalReport } from '../output/approval-report.ts';
import type { Style } from '../output/problem-report.ts';
import { readLaunch } from '../run/launch.ts';
import { secretsOfRun } from '../run/secrets-of-run.ts';

export interface DecideOptions {
  readonly comment?: string;
  readonly secret?: readonly string[];
  readonly dataDir?: string;
}

/** What is to be decided: the step that was named, or the only one that asks. */
function findPending(state: RunState, named: string | undefined): PendingApproval {
  const pending = pendingApprovals(state);
  const meant = pending.filter(({ step }) => named === undefined || step.key === named);
  const [only, other] = meant;
  if (only && !other) return only;
  const keys = pending.map(({ step }) => step.key).join(', ');
  if (other) {
    throw new ConfigError({
      code: 'approval.step_unclear',
      message: `several steps of ${state.id} wait for an approval`,
      hint: `Name one of: ${keys}.`,
    });
  }
  const decision = named === undefined ? undefined : state.steps.get(named)?.approval?.decision;
  throw new ConfigError({
    code: decision ? 'approval.decided' : 'approval.not_asked',
    message: decision
      ? `${named} of ${state.id} was ${decision.replace('_', ' ')} already`
      : `${named === undefined ? `no step of ${state.id}` : `the step ${named} of ${state.id}`} waits for an approval`,
    hint: keys === '' ? '`cicd approvals` lists what waits for a decision.' : `What waits: ${keys}.`,
  });
}

/** Of two people who decide at once, one was too late. */
async function checkCounted(
  platform: Platform,
  id: string,
  step: string,
  { by, verdict, digest }: Vote,
): Promise<void> {
  const { approval } = (await readState(platform, id)).steps.get(step) ?? {};
  if (approval?.digest === digest && approval.votes.some((vote) => vote.by === by && vote.verdict === verdict)) return;
  throw new ConfigError({
    code: 'approval.decided',
    message: `${step} of ${id} was decided by somebody else at the same moment`,
    hint: 'Look at the run: the vote came too late.',
  });
}

/** What must not be in a comment: it is kept with the run, which nobody may drive now. */
async function secretsToHide(platform: Platform, state: RunState, given: readonly string[]) {
  const { secrets: needed } = state.plan;
  const { secrets: before } = readLaunch(state);
  try {
    return await secretsOfRun({ platform, project: state.project, needed, given, before });
  } catch (cause) {
    if (!CicdError.isInstance(cause) || cause.family !== 'config') throw cause;
    throw new ConfigError({
      code: 'approval.comment_not_maskable',
      message: `the comment might hold a secret of the run: ${cause.message}`,
      hint: 'Give the secrets of the run as for `cicd resume`, so that the comment is kept without them; or leave the comment out.',
      cause,
    });
  }
}

/** `cicd approve` and `cicd reject`: the vote of the terminal's user, about what is shown. */
export function decide(
  verdict: Verdict,
  named: string,
  step: string | undefined,
  { comment, secret = [], ...options }: DecideOptions,
): Promise<number> {
  const style: Style = (format, text) => styleText(format, text, { stream: process.stdout });
  return withData(options, async (platform) => {
    const { id } = await findRun(platform, named);
    const state = await readState(platform, id);
    const pending = findPending(state, step);
    process.stdout.write(`${approvalReport(state, pending, style)}\n`);
    const digest = pending.approval.digest;
    const vote: Vote = {
      by: localUser(),
      verdict,
      digest,
      local: true,
      ...(comment !== undefined && { comment }),
    };
    const secrets = comment === undefined ? {} : await secretsToHide(platform, state, secret);
    const receiver = await platform.mailbox.post(id, { type: 'vote', step: pending.step.key, vote }, vote.by, secrets);
    if (receiver === 'sender') await checkCounted(platform, id, pending.step.key, vote);
    const said = verdict === 'approve' ? style('green', 'approved') : style('red', 'rejected');
    const next = receiver === 'sender' ? `Go on with: cicd resume ${id}` : 'The process that drives the run goes on.';
    process.stdout.write(`${said} by ${vote.by}\n${next}\n`);
    return exitCode.ok;
  });
}
