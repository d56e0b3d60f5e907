import { formatDuration, parseDuration, StepFailure, type StepContext } from '@cicd/plugin';

/**
 * Runs `body` with a signal that is the context's, aborted at the deadline as well. The deadline is absolute and kept
 * in the checkpoint, so that a restart neither extends nor shortens it. Without a timeout the signal is the context's.
 */
export async function withDeadline<Result>(
  ctx: StepContext,
  timeout: string | undefined,
  body: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (timeout === undefined) return body(ctx.signal);
  const duration = parseDuration(timeout);
  const deadline = await fixedDeadline(ctx, duration);
  const overdue = new AbortController();
  const finished = new AbortController();
  const watched = ctx.clock.waitUntil(deadline, finished.signal).then(
    () =>
      overdue.abort(
        new StepFailure({
          code: 'step.timeout',
          message: `the step ran longer than its timeout of ${formatDuration(duration)}`,
        }),
      ),
    (error: unknown) => {
      if (!finished.signal.aborted) throw error;
    },
  );
  try {
    return await body(AbortSignal.any([ctx.signal, overdue.signal]));
  } finally {
    finished.abort(new Error('the step has ended'));
    await watched;
  }
}

async function fixedDeadline(ctx: StepContext, duration: number): Promise<number> {
  const noted = await ctx.checkpoint.get();
  if (typeof noted === 'object' && noted !== null && 'deadline' in noted) return Number(noted.deadline);
  const deadline = ctx.clock.now() + duration;
  await ctx.checkpoint.set({ deadline });
  return deadline;
}
