import type { PrepareSource } from './ports.ts';
import { recordError } from './recorded-error.ts';
import type { RunScope } from './run-scope.ts';
import { outlast } from './trouble.ts';

export interface FillOptions {
  readonly signal: AbortSignal;
  /** The workspace is emptied first: another process may have filled it in part. */
  readonly fromEmpty: boolean;
  /** What another process has said of it is not said again. */
  readonly isResumed: boolean;
}

/** The phase before the steps: the workspace is filled, and the images of the first steps are fetched meanwhile. */
export async function fillWorkspace(
  scope: RunScope,
  prepare: PrepareSource,
  { signal, fromEmpty, isResumed }: FillOptions,
): Promise<void> {
  const { ports, state, masker, onTrouble } = scope;
  const { clock } = ports;
  const log = scope.log({ step: 'source', attempt: state.attempt }, { append: true });
  let isClean = !fromEmpty;
  let isFirst = !isResumed;
  const fill = async () => {
    if (!isFirst) await log.startOver();
    isFirst = false;
    if (!isClean) await scope.sandbox.reset(signal);
    isClean = true;
    const sandbox = await scope.sandbox.open(signal);
    for (const step of state.plan.steps) if (step.needs.length === 0) scope.sandbox.prepare(step);
    signal.throwIfAborted();
    return prepare(sandbox.workspace, log, signal);
  };
  try {
    const source = await outlast(fill, { clock, signal, onTrouble });
    const size = await outlast(() => log.close(), { clock, onTrouble });
    await scope.send({ type: 'source_prepared', source: masker.value(source), log: size }).durable;
  } catch (error) {
    const size = await outlast(() => log.close(), { clock, onTrouble });
    // After a cancel the run has moved on, and decides nothing more about its source.
    await scope.send({ type: 'source_failed', error: recordError(error, masker), log: size }).durable;
  }
}
