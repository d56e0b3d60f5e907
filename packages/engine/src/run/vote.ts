import { ConfigError, type ErrorCode } from '@cicd/plugin';
import type { ApprovalState, Vote } from './approval.ts';
import type { RunEvent, StepResumed, StepVoteCast } from './events.ts';
import type { RunState, StepState } from './state.ts';

/** Characters of a vote's comment. */
export const longestComment = 4_000;

/**
 * Why a vote does not count now; undefined when it does. `now`: milliseconds since the epoch. Codes:
 * `approval.not_asked`, `approval.decided`, `approval.expired`, `approval.changed`, `approval.not_local`,
 * `approval.requester`, `approval.not_approver`, `approval.repeated`, `approval.comment_too_long`.
 */
export function voteRefusal(state: RunState, key: string, vote: Vote, now: number): ConfigError | undefined {
  const step = state.steps.get(key);
  const approval = step?.approval;
  if (!step || !approval) return refuse('approval.not_asked', `the step ${key} waits for no approval`);
  return notOpen(state, step, approval, now) ?? notAboutThis(approval, vote) ?? notEntitled(state, approval, vote);
}

function notOpen(state: RunState, step: StepState, approval: ApprovalState, now: number): ConfigError | undefined {
  if (approval.decision) {
    const by = approval.votes.at(-1)?.by;
    return refuse(
      'approval.decided',
      `${step.key} was ${approval.decision.replace('_', ' ')}${by === undefined ? '' : ` (last vote: ${by})`}`,
      'Look at the run: the vote came too late.',
    );
  }
  if (step.status !== 'waiting' || state.index.lapsed.has(unitOf(state, step.key)))
    return refuse('approval.not_asked', `the step ${step.key} waits for no approval any more`);
  if (now >= Math.min(approval.deadline, state.deadline ?? Infinity))
    return refuse(
      'approval.expired',
      `the time to decide ${step.key} is over`,
      'Its timeout decides, as soon as the run is gone on with.',
    );
  return undefined;
}

function notAboutThis(approval: ApprovalState, { digest, comment = '' }: Vote): ConfigError | undefined {
  if (digest !== approval.digest)
    return refuse(
      'approval.changed',
      'what waits for approval is not what was looked at: the run, its plan or its images have changed',
      'Look at the run again, then decide.',
    );
  if (comment.length > longestComment)
    return refuse('approval.comment_too_long', `the comment has more than ${longestComment} characters`);
  return undefined;
}

function notEntitled(state: RunState, { terms, votes }: ApprovalState, vote: Vote): ConfigError | undefined {
  const { approvers, allowsRequester = false } = terms;
  if (vote.local && !state.local)
    return refuse(
      'approval.not_local',
      'this run belongs to a server: a vote of the terminal does not count',
      'Decide it there.',
    );
  if (!vote.local && !allowsRequester && state.requesters.includes(vote.by))
    return refuse('approval.requester', `${vote.by} asked for this run, and cannot decide it`, 'Ask another approver.');
  if (!vote.local && approvers.length > 0 && !approvers.includes(vote.by))
    return refuse('approval.not_approver', `${vote.by} is no approver`, `The approvers are ${approvers.join(', ')}.`);
  if (votes.some(({ by }) => by === vote.by))
    return refuse(
      'approval.repeated',
      `${vote.by} has voted already`,
      'A vote is not taken back: cancel the run instead.',
    );
  return undefined;
}

const refuse = (code: ErrorCode & `approval.${string}`, message: string, hint?: string) =>
  new ConfigError({ code, message, hint });

function unitOf(state: RunState, key: string) {
  const unit = state.index.units.get(key);
  if (!unit) throw new TypeError(`the run has no step ${key}`);
  return unit;
}

/** A vote that counts, and the decision when it is the last one needed. */
export function castVote({ key, attempt, approval }: StepState, vote: Vote, now: number): readonly RunEvent[] {
  if (!approval) return [];
  const cast: StepVoteCast = { type: 'step.vote_cast', at: now, step: key, attempt, vote };
  const votes = [...approval.votes, vote];
  if (vote.verdict === 'approve' && !isEnough(approval, votes)) return [cast];
  const comment = votes.findLast((each) => each.comment !== undefined)?.comment;
  const decided: StepResumed = {
    type: 'step.resumed',
    at: now,
    step: key,
    attempt,
    kind: 'decision',
    value: {
      approved: vote.verdict === 'approve',
      decided_by: vote.verdict === 'approve' ? votes.map(({ by }) => by) : [vote.by],
      ...(comment !== undefined && { comment }),
    },
  };
  return [cast, decided];
}

/** A local vote stands for every approver, however many there must be. */
const isEnough = ({ terms }: ApprovalState, votes: readonly Vote[]) =>
  votes.length >= terms.required || votes.some(({ local }) => local);
