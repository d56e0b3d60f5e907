import type { CloseOptions, Json, JsonObject } from '@cicd/plugin';
import { resolveTemplate } from '../expression/evaluate.ts';
import type { KeptWorkspace, RecordedError } from '../run/events.ts';
import { leftAsItWas } from '../run/decide.ts';
import { runOutcome } from '../run/outcome.ts';
import { recordError } from './recorded-error.ts';
import type { RunScope } from './run-scope.ts';
import { isTrouble, outlast } from './trouble.ts';

/** Ends a run whose steps are final: outputs, then the sandbox, then the last event. After that nothing is left of it. */
export async function closeRun(scope: RunScope, keepFailedWorkspace: boolean): Promise<void> {
  const { outputs, error } = resolveOutputs(scope);
  const { state } = scope;
  const keeps = () =>
    keepFailedWorkspace && (leftAsItWas(state) || error !== undefined || runOutcome(state).status === 'failed');
  const kept = keeps() ? await measure(scope) : undefined;
  const { ports, onTrouble } = scope;
  await outlast(() => scope.stillOurs(), { clock: ports.clock, onTrouble });
  await closeSandbox(scope, { keepWorkspace: kept !== undefined });
  await scope.send({
    type: 'close',
    ...(outputs && { outputs }),
    ...(error && { error }),
    ...(kept && { workspace: kept }),
  }).durable;
  // A cancel that came meanwhile has made it a run whose workspace nobody wants.
  if (kept && !keeps()) await closeSandbox(scope);
}

/** The workspace to keep; undefined when the run never had one. */
async function measure(scope: RunScope): Promise<KeptWorkspace | undefined> {
  try {
    const sandbox = await scope.sandbox.present();
    if (!sandbox) return undefined;
    const bytes = await sandbox.workspace.measure();
    return bytes === undefined ? {} : { bytes };
  } catch (error) {
    if (!isTrouble(error)) throw error;
    scope.onTrouble(error);
    return {};
  }
}

export async function closeSandbox(scope: RunScope, kept: CloseOptions = {}): Promise<void> {
  try {
    await scope.sandbox.close(kept);
  } catch (error) {
    if (!isTrouble(error)) throw error;
    // The run has its result; what the engine could not remove carries the run's name, and the next sweep finds it.
    scope.onTrouble(error);
  }
}

function resolveOutputs(scope: RunScope): {
  readonly outputs?: JsonObject;
  readonly error?: RecordedError;
} {
  const { state, masker } = scope;
  // A run whose variables could not be resolved has no values, and does not succeed.
  if (runOutcome(state).status !== 'succeeded') return {};
  try {
    const entries = Object.entries(state.plan.outputs).map(([name, text]): [string, Json] => [
      name,
      resolveTemplate(text, scope.values.in(state.index.root).at(`outputs.${name}`)),
    ]);
    return entries.length === 0 ? {} : { outputs: masker.value(Object.fromEntries(entries)) };
  } catch (error) {
    return { error: recordError(error, masker) };
  }
}
