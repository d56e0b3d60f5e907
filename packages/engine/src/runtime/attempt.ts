import {
  CicdError,
  formatDuration,
  grantsNothing,
  StepFailure,
  stepLost,
  type AnyStepDefinition,
  type EngineError,
  type StepContext,
  type StepResult,
  type StepResumption,
} from '@cicd/plugin';
import type { LogSize } from '../run/events.ts';
import type { Unit } from '../run/run-index.ts';
import { createAttemptContext } from './attempt-context.ts';
import { attemptImages } from './attempt-images.ts';
import { attemptOutcome, type AttemptEnd } from './attempt-outcome.ts';
import { createAttemptProcess, stopGrace } from './attempt-process.ts';
import { identityEnv, placePrefix, type PreparedStep } from './prepared-step.ts';
import { recordError } from './recorded-error.ts';
import { recover } from './recovery.ts';
import type { RunScope } from './run-scope.ts';
import { isTrouble, outlast, troubleDelay } from './trouble.ts';

/**
 * Milliseconds until a step that was told to end is left to itself: the grace period of its process, and half a minute
 * to store what it is to leave.
 */
const abandonAfter = stopGrace + 30_000;

/** An attempt that runs in this process. */
export interface Attempt {
  /** Tells it to end, and why. The first word counts. */
  interrupt(reason: StepFailure): void;
  /** Lets go of it: its process belongs to somebody else now. */
  abandon(reason: EngineError): void;
  /** Resolves when the attempt's result is stored and its traces are removed. */
  readonly ended: Promise<void>;
}

export interface AttemptOptions {
  readonly scope: RunScope;
  readonly unit: Unit;
  readonly definition: AnyStepDefinition;
  readonly prepared: PreparedStep;
  /** The attempt has a container's place already. */
  readonly hasPlace: boolean;
  /** `run` it, `look` what became of it, or go on after a wait. */
  readonly begin: 'run' | 'look' | StepResumption;
  /** Resolves when the intent is stored. */
  readonly durable: Promise<void>;
}

/** A started attempt whose effect cannot be known. */
const isLost = (error: unknown) => CicdError.isInstance(error) && error.code === 'run.step_lost';

/** The process has ended without having begun with its work: to look at it again would find the same. */
const isNotBegun = (error: CicdError) => error.code === 'step.input_lost';

/** Performs one attempt whose intent has been written: runs the step, records the result, then removes what it left. */
export function performAttempt(options: AttemptOptions): Attempt {
  const { scope, unit, definition, prepared } = options;
  const { ports, masker } = scope;
  const { clock } = ports;
  const { key, attempt } = unit.state;
  const deadline = unit.state.current?.deadline ?? clock.now();
  const plan = unit.group.step;
  const origin = { prefix: placePrefix(unit.state), places: plan.places };
  const controller = new AbortController();
  const { signal } = controller;
  const timers = new AbortController();
  const identity = identityEnv(scope.state, unit.state, attempt);
  const log = scope.log({ step: key, attempt }, { append: options.begin !== 'run' });
  let interruption: StepFailure | undefined;
  let abandoned = false;
  let created = unit.state.current?.process !== undefined;
  let place: Awaited<ReturnType<RunScope['workspaces']['take']>> | undefined;

  const process = createAttemptProcess({
    key: { step: key, attempt },
    run: scope.state.id,
    sandbox: scope.sandbox,
    containers: scope.containers,
    hasPlace: options.hasPlace,
    env: identity,
    signal,
    authorize: async (asked) => {
      const { project, pipeline } = scope.state;
      const privileges = await (ports.grants ?? grantsNothing).authorize(asked, { project, pipeline, step: key });
      await scope.send({ type: 'privilege', step: key, attempt, privileges: masker.value(privileges) }).durable;
      return privileges;
    },
    workspace: () => place?.workspace,
    onCreated: async ({ id, imageDigest }) => {
      created = true;
      await scope.send({
        type: 'created',
        step: key,
        attempt,
        process: id,
        ...(imageDigest !== undefined && { image: imageDigest }),
      }).durable;
    },
    onProgress: (message) => scope.progress(key, { message: masker.text(message) }),
    isAbandoned: () => abandoned,
  });

  const after = (milliseconds: number, act: () => void) => {
    clock.waitUntil(milliseconds, timers.signal).then(act, () => {
      // The attempt ended first.
    });
  };

  const abandon = (reason: EngineError) => {
    abandoned = true;
    controller.abort(reason);
  };

  const interrupt = (reason: StepFailure) => {
    if (interruption) return;
    interruption = reason;
    controller.abort(reason);
    endEarly();
  };

  /** The process may have been taken up by another owner of the run, which this one has not heard of. */
  const stopOurs = async () => {
    if (!process.isThere) return;
    await scope.stillOurs();
    await process.stop();
  };

  const endEarly = () => {
    stopOurs().catch(() => {
      // Stopped again, and removed, when the attempt ends.
    });
  };

  const context = async (untilAborted?: AbortSignal): Promise<StepContext> => {
    place ??= await scope.workspaces.take(unit, untilAborted);
    return createAttemptContext({
      scope,
      unit,
      prepared,
      identity,
      workspace: place.workspace,
      sandbox: process.port,
      images: attemptImages(scope.sandbox.driver, masker),
      log,
      signal,
      over: timers.signal,
    });
  };

  const resumeStep = (ctx: StepContext, resumption: StepResumption) => {
    if (!definition.resume) throw new TypeError(`${definition.type} waited, and has no resume`);
    return definition.resume(ctx, resumption);
  };

  /** Finds out how an attempt that was lost sight of goes on. */
  const look = async (): Promise<'run' | StepResumption> => {
    const found = await process.look();
    const resumable = definition.resume !== undefined;
    switch (recover({ recovery: definition.recovery, created, process: found, resumable })) {
      case 'again':
        return again();
      case 'adopt':
        process.adopt();
        if (interruption) endEarly();
        await log.startOver();
        return { kind: 'adopted' };
      case 'lost':
        throw stepLost(`the process of ${key} is gone, and nobody saw whether it did its work`);
    }
  };

  /**
   * Nothing of the attempt had an effect: what there is of it is removed. What the step says from its beginning is said
   * again; after a wait it only goes on.
   */
  const again = async (): Promise<'run' | StepResumption> => {
    if (created) {
      await scope.send({ type: 'discard', step: key, attempt }).durable;
      created = false;
    }
    await process.remove();
    const { resumption } = unit.state.current ?? {};
    if (resumption) return resumption;
    await log.startOver();
    return 'run';
  };

  /** Waits; told to end meanwhile, it goes on at once, so that what its process has said is fetched. */
  const pause = async (until: number): Promise<void> => {
    if (signal.aborted) return clock.waitUntil(until, timers.signal);
    try {
      await clock.waitUntil(until, signal);
    } catch (error) {
      if (!interruption) throw error;
    }
  };

  /** The step itself. Trouble that is not its own is waited out within the same attempt. */
  const work = async (): Promise<StepResult> => {
    let next: AttemptOptions['begin'] | 'begin anew' = options.begin;
    for (let round = 0; ; round++) {
      try {
        if (next === 'look') next = await look();
        if (next === 'begin anew') next = await again();
        // What was begun is brought to an end also when it was told to end meanwhile: its output and its effect count.
        const isAdopted = next !== 'run' && next.kind === 'adopted';
        const ctx = await context(isAdopted ? undefined : signal);
        // A step that is told to end before it begins would never hear of it.
        if (abandoned || !isAdopted) signal.throwIfAborted();
        return await (next === 'run' ? definition.run(ctx) : resumeStep(ctx, next));
      } catch (error) {
        if (abandoned || timers.signal.aborted || !isTrouble(error)) throw error;
        const until = clock.now() + troubleDelay(round);
        const recorded = recordError(error, masker, origin);
        scope.send({ type: 'delay', step: key, attempt, until, error: recorded });
        log.warn(`${recorded.message}; trying again in ${formatDuration(until - clock.now())}`).catch(() => {
          // The log may be what is in trouble; the event says the same.
        });
        await pause(until);
        next = isNotBegun(error) ? 'begin anew' : 'look';
      }
    }
  };

  /** The step, or the moment when it is left to itself because it does not end when it is told to. */
  const workOrLeave = () =>
    new Promise<StepResult>((resolve, reject) => {
      work().then(resolve, reject);
      const leaveToItself = () => reject(signal.reason as Error);
      signal.addEventListener(
        'abort',
        () => (abandoned ? leaveToItself() : after(clock.now() + abandonAfter, leaveToItself)),
        { once: true },
      );
    });

  const perform = async () => {
    await options.durable;
    after(deadline, () =>
      interrupt(
        new StepFailure({
          code: 'step.timeout',
          message: `the step reached its timeout of ${formatDuration(prepared.timeout)}`,
          hint: 'Raise `timeout`, or find out what it waits for.',
        }),
      ),
    );
    let result: StepResult | { readonly error: unknown };
    try {
      result = await workOrLeave();
    } catch (error) {
      result = { error };
    }
    timers.abort();
    let size: LogSize = { bytes: 0, lines: 0 };
    try {
      await endProcess();
      size = await outlast(() => (abandoned ? log.pause() : log.close()), { clock, onTrouble: scope.onTrouble });
    } catch (error) {
      // The step's own error is the one that people look for.
      if (!('error' in result)) result = { error };
    }
    await record(result, size).durable;
    await removeTraces();
  };

  /** A step may end before its process does; nothing of an attempt outlives it. */
  const endProcess = async () => {
    try {
      if (process.exit === undefined && !abandoned) await stopOurs();
    } catch (error) {
      if (!isTrouble(error)) throw error;
      // Closing the sandbox ends it, as soon as the engine answers.
    }
  };

  const record = (result: StepResult | { readonly error: unknown }, size: LogSize) => {
    if ('wait' in result && !interruption)
      return scope.send({ type: 'wait', step: key, attempt, wait: masker.value(result.wait) });
    const lost = lossOf(result);
    if (lost) return scope.send({ type: 'lose', step: key, attempt, error: recordError(lost, masker) });
    const end: AttemptEnd = {
      result: 'wait' in result ? { outputs: {} } : result,
      ...(interruption && { interruption }),
      exit: process.exit,
      log: size,
    };
    return scope.send({ type: 'finish', step: key, attempt, outcome: attemptOutcome(end, masker, origin) });
  };

  /** Why it cannot be known what came of the attempt, when it cannot. */
  const lossOf = (result: StepResult | { readonly error: unknown }): unknown => {
    if ('error' in result && isLost(result.error)) return result.error;
    return process.exit?.endedWithEngine && !interruption
      ? stepLost(`the container engine stopped while ${key} ran, and its process ended with it`)
      : undefined;
  };

  const removeTraces = async () => {
    try {
      await process.remove();
      await place?.drop();
    } catch {
      // Closing the run's sandbox removes what could not be removed here.
    }
  };

  return { interrupt, abandon, ended: perform() };
}
