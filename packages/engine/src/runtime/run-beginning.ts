import type { RunGroup } from './concurrency.ts';
import type { DriveOptions } from './ports.ts';
import { recordError } from './recorded-error.ts';
import type { RunScope } from './run-scope.ts';
import type { RunTimers } from './run-timers.ts';
import { fillWorkspace } from './source.ts';

export interface RunBeginningOptions {
  readonly scope: RunScope;
  readonly run: DriveOptions;
  /** Another process drove it before. */
  readonly isResumed: boolean;
  readonly timers: RunTimers;
  /** Aborted when nothing more is to be filled, or waited for. */
  readonly source: AbortSignal;
  /** Of a run that is of a concurrency group. */
  readonly group: RunGroup | undefined;
  /** Makes the run's values; throws where its variables cannot be resolved. */
  openValues(): void;
  keep(work: Promise<void>): void;
  /** Goes on with what had begun before. */
  takeUp(): void;
}

/** Begins a run, or goes on with one that had begun before; one of a concurrency group only in its turn. */
export function beginDriving(options: RunBeginningOptions): void {
  const { scope, run, isResumed, group, timers, source, keep } = options;
  const { state, send, masker } = scope;

  const begin = (isItsTurn: boolean) => {
    let failure: { readonly error: unknown } | undefined;
    try {
      options.openValues();
    } catch (error) {
      // What has begun before does not fail for that: it is for whoever has what its variables need.
      if (state.index.moving || state.workspaceStands) return keep(Promise.reject(error));
      failure = { error };
    }
    if (isItsTurn) send({ type: 'begin' });
    if (failure) return void send({ type: 'source_failed', error: recordError(failure.error, masker) });
    const { deadline, cancel } = state;
    if (deadline !== undefined) timers.at(deadline, () => send({ type: 'cancel', cause: 'timeout' }));
    if (cancel && state.mode !== 'ending')
      timers.at(cancel.deadline, () => send({ type: 'cancel', cause: cancel.cause }));
    if (state.index.moving) options.takeUp();
    else if (run.source) {
      // A later attempt works on what the one before has left.
      const fromEmpty = isResumed && !state.keepsFiles;
      keep(fillWorkspace(scope, run.source, { signal: source, fromEmpty, isResumed }));
    } else send({ type: 'source_prepared', source: {} });
  };

  const beginInTurn = async (turn: Promise<void>) => {
    try {
      await turn;
    } catch (error) {
      // Cancelled before it began, or given up.
      if (source.aborted) return;
      throw error;
    }
    begin(true);
  };

  // Those who wait for it know it by the process that drives it.
  if (group && isResumed) keep(group.call());
  if (group && state.startedAt === undefined && !state.cancel) keep(beginInTurn(group.awaitTurn(source)));
  else begin(false);
}
