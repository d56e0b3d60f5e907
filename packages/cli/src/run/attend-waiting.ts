import { styleText } from 'node:util';
import { pendingApprovals, type PendingApproval, type RunHandle, type RunState } from '@cicd/engine';
import { CicdError } from '@cicd/plugin';
import type { Decision, Terminal } from '../input/ask-decision.ts';
import { localUser } from '../input/local-user.ts';
import type { Progress } from '../output/progress.ts';
import type { Style } from '../output/problem-report.ts';

export interface AttendanceOptions {
  /** Where somebody can be asked; absent where nobody is. */
  readonly terminal?: Terminal | undefined;
  readonly stream: NodeJS.WriteStream;
  readonly progress: Progress;
}

export interface Attendance {
  /** To be called whenever the run waits and nothing of it is at work. */
  readonly waits: () => void;
  /** Rejects when attending fails; never resolves. */
  readonly failed: Promise<never>;
}

/**
 * Cares for a run that waits: asks the person at the terminal, stays for a timer where there is a person, and otherwise
 * leaves the run as it is.
 */
export function attendWaiting(started: Promise<RunHandle>, options: AttendanceOptions): Attendance {
  const failed = Promise.withResolvers<never>();
  /** Digests of what was put off: it is not asked again. */
  const postponed = new Set<string>();
  let current: Promise<void> = Promise.resolve();
  return {
    failed: failed.promise,
    // One question at a time; a run that waits again meanwhile is looked at afterwards.
    waits: () => {
      current = current
        .then(async () => attend(await started, options, postponed))
        .catch((error: unknown) => failed.reject(error));
    },
  };
}

async function attend(
  handle: RunHandle,
  { terminal, stream, progress }: AttendanceOptions,
  postponed: Set<string>,
): Promise<void> {
  const { state } = handle;
  if (state.status !== 'waiting') return;
  const pending = pendingApprovals(state);
  for (const each of terminal ? pending : []) {
    if (postponed.has(each.approval.digest) || !isOpen(state, each)) continue;
    progress.pause();
    const decision = terminal && (await ask(handle, each, terminal, stream));
    if (decision) await vote(handle, each, decision, stream);
    else postponed.add(each.approval.digest);
  }
  if (!terminal || staysForNothing(state, postponed)) await handle.leave();
}

/** Neither a question that can be asked nor a time that comes. */
function staysForNothing(state: RunState, postponed: ReadonlySet<string>): boolean {
  const pending = pendingApprovals(state);
  const hasUnknown = [...state.steps.values()].some(({ status }) => status === 'unknown');
  return hasUnknown || pending.some(({ approval }) => postponed.has(approval.digest));
}

const isOpen = (state: RunState, { approval }: PendingApproval) =>
  pendingApprovals(state).some((each) => each.approval.digest === approval.digest);

async function vote(
  handle: RunHandle,
  { step, approval }: PendingApproval,
  decision: Decision,
  stream: NodeJS.WriteStream,
): Promise<void> {
  try {
    await handle.vote(step.key, { ...decision, by: localUser(), local: true, digest: approval.digest });
  } catch (error) {
    if (!CicdError.isInstance(error) || !error.code.startsWith('approval.')) throw error;
    // Decided, or out of time, between the answer and the vote: the run shows how it goes on.
    stream.write(`${error.message}\n`);
  }
}

/** Undefined: later, or no longer needed. */
async function ask(
  handle: RunHandle,
  pending: PendingApproval,
  terminal: Terminal,
  stream: NodeJS.WriteStream,
): Promise<Decision | undefined> {
  const [{ approvalReport }, { askDecision }] = await Promise.all([
    import('../output/approval-report.ts'),
    import('../input/ask-decision.ts'),
  ]);
  const style: Style = (format, text) => styleText(format, text, { stream });
  const answered = new AbortController();
  const stop = handle.subscribe({
    event: (_event, state) => {
      if (!isOpen(state, pending)) answered.abort();
    },
  });
  stream.write(`\n${approvalReport(handle.state, pending, style)}\n`);
  try {
    return await askDecision(terminal, answered.signal);
  } finally {
    stop();
  }
}
