import { carryOut } from '../../src/run/carry-out.ts';
import { isSettled } from '../../src/run/decide.ts';
import { beginRun } from '../../src/run/evolve.ts';
import { flowOutcome } from '../../src/run/flow-outcome.ts';
import { statusFunctions } from '../../src/run/ready.ts';
import type { AttemptOutcome, RunCommand } from '../../src/run/commands.ts';
import type { RunCreated, RunEvent } from '../../src/run/events.ts';
import type { Unit } from '../../src/run/run-index.ts';
import type { FlowEntry } from '../../src/run/scope.ts';
import type { RunState, StepState } from '../../src/run/state.ts';
import type { Plan } from '../../src/plan/plan.ts';

export const start = 1_000;

export const created = (plan: Plan, selection?: readonly string[], rest: Partial<RunCreated> = {}): RunCreated => ({
  type: 'run.created',
  at: start,
  run: 'run-1',
  project: '/demo',
  pipeline: plan.pipeline,
  plan: plan.digest,
  attempt: 1,
  actor: 'local:test',
  trigger: { type: 'manual' },
  ...(selection && { selection }),
  ...rest,
});

export type Answer = 'ok' | 'fail' | 'timeout' | 'configuration' | 'wait' | 'unknown';

export const outcomeOf = (answer: Answer): AttemptOutcome =>
  answer === 'ok' || answer === 'wait' || answer === 'unknown'
    ? { status: 'succeeded', outputs: {} }
    : {
        status: 'failed',
        cause: answer === 'fail' ? 'failure' : answer,
        error: { code: answer === 'timeout' ? 'step.timeout' : 'step.command_failed', message: answer },
      };

/** A machine driven by hand: commands in, history out. */
export function machine(plan: Plan, selection?: readonly string[], rest?: Partial<RunCreated>) {
  const first = created(plan, selection, rest);
  return machineAt(beginRun(plan, first), [first]);
}

export function machineAt(state: RunState, history: RunEvent[]) {
  let now = history.at(-1)?.at ?? start;
  /** How long the history was after each command: a store has all of what a command led to, or nothing of it. */
  const ends = [history.length];
  const send = (command: RunCommand) => {
    const events = carryOut(state, command, now);
    history.push(...events);
    if (events.length > 0) ends.push(history.length);
    return events;
  };
  const settle = () => void send({ type: 'settle' });
  return {
    state,
    history,
    ends,
    send,
    settle,
    get now() {
      return now;
    },
    advance(milliseconds: number) {
      now += milliseconds;
    },
    begin() {
      send({ type: 'begin' });
      send({ type: 'source_prepared', source: {} });
    },
    start(step: string) {
      return send({ type: 'start', step, token: 'token', deadline: now + 3_600_000 });
    },
    finish(step: string, answer: Answer = 'ok') {
      const attempt = state.steps.get(step)?.attempt ?? 0;
      return send({ type: 'finish', step, attempt, outcome: outcomeOf(answer) });
    },
    run(step: string, answer: Answer = 'ok') {
      this.start(step);
      return this.finish(step, answer);
    },
    judge(step: string, verdict: boolean, survivesCancel = false) {
      return send({ type: 'judge', step, verdict, survivesCancel });
    },
    close() {
      return send({ type: 'close' });
    },
    of(step: string): StepState {
      const found = state.steps.get(step);
      if (!found) throw new Error(`no step ${step}`);
      return found;
    },
  };
}

/** How a simulated world answers: a function of the step and the attempt, so that it answers the same after a crash. */
export interface World {
  readonly answer: (step: string, attempt: number) => Answer;
  /** The verdict of a condition: `always()`, `failure()`, `cancelled()`, `true`, `false`, or `error`. */
  readonly cancelAfter: readonly number[];
  readonly cap: number;
  /** Structured steps that reach their deadline while something inside them is open. */
  readonly expires?: (step: string, attempt: number) => boolean;
}

/** What a structured step of a sketched plan goes by: it stands in its configuration. */
export interface SketchedFlow {
  readonly entry: FlowEntry;
  /** How often the condition of a `while` holds. */
  readonly turns: number;
}

export function answerFlow({ state, group, inside }: Unit, asked: 'enter' | 'turn' | 'leave'): RunCommand {
  const { entry, turns } = group.step.config as unknown as SketchedFlow;
  const of = { step: state.key, attempt: state.attempt };
  if (asked === 'enter') return { type: 'enter', ...of, entry };
  if (asked === 'turn' && (inside?.scopes.length ?? 0) < turns) return { type: 'turn', ...of };
  const unit = { state, group, inside } as Unit;
  return { type: 'finish', ...of, outcome: flowOutcome(unit) };
}

export function judge(state: RunState, key: string): RunCommand {
  const condition = state.index.units.get(key)?.group.step.condition;
  if (!condition) throw new Error(`${key} has no condition`);
  const verdict = ({ failed, cancelled }: { failed: boolean; cancelled: boolean }) =>
    ({ 'always()': true, 'failure()': failed, 'cancelled()': cancelled, true: true, false: false })[
      condition.expression
    ];
  const actual = verdict(statusFunctions(state, key));
  if (actual === undefined)
    return { type: 'fail_condition', step: key, error: { code: 'expression.value_missing', message: 'missing' } };
  const survives = verdict({ failed: statusFunctions(state, key).failed, cancelled: true }) ?? false;
  return {
    type: 'judge',
    step: key,
    verdict: actual !== condition.negated,
    survivesCancel: survives !== condition.negated,
  };
}

/** The next thing that happens, chosen by the state alone; undefined when the run is over. */
export function nextCommand(
  state: RunState,
  world: World,
  now: number,
  eventCount: number,
): { command: RunCommand; wait?: number } | undefined {
  const { index } = state;
  if (state.finishedAt !== undefined) return undefined;
  const cancels = world.cancelAfter.filter((count) => eventCount >= count).length;
  const done = state.cancel ? (state.mode === 'ending' ? 2 : 1) : 0;
  if (cancels > done && done < 2) return { command: { type: 'cancel', cause: 'user' } };
  if (state.startedAt === undefined) return { command: { type: 'begin' } };
  if (!index.moving) return { command: { type: 'source_prepared', source: {} } };
  const [asked] = index.judging;
  if (asked) return { command: judge(state, asked.state.key) };
  for (const unit of index.inside) {
    const { key, attempt } = unit.state;
    const isDue = !unit.inside?.expired && (unit.inside?.open.size ?? 0) > 0 && !index.ending.has(unit);
    if (isDue && world.expires?.(key, attempt)) return { command: { type: 'expire', step: key, attempt } };
  }
  const [asking] = index.asked;
  if (asking) return { command: answerFlow(...asking) };
  const [next] = index.ready;
  if (next && index.running.size < world.cap)
    return { command: { type: 'start', step: next.state.key, token: 't', deadline: now + 1_000 } };
  const [running] = index.running;
  if (running) {
    const { key, attempt } = running.state;
    const answer = world.answer(key, attempt);
    if (answer === 'wait' && running.state.current?.wait === undefined) {
      return { command: { type: 'wait', step: key, attempt, wait: { kind: 'timer', deadline: now + 10 } } };
    }
    if (answer === 'unknown')
      return { command: { type: 'lose', step: key, attempt, error: { code: 'run.step_lost', message: 'lost' } } };
    return { command: { type: 'finish', step: key, attempt, outcome: outcomeOf(answer) } };
  }
  const [retrying] = index.retrying;
  if (retrying) {
    return {
      command: { type: 'start', step: retrying.state.key, token: 't', deadline: now + 1_000 },
      wait: retrying.state.retryAt ?? now,
    };
  }
  const [waiting] = index.waiting;
  if (waiting?.state.status === 'unknown')
    return { command: { type: 'resolve', step: waiting.state.key, outcome: 'failed' } };
  if (waiting)
    return {
      command: { type: 'resume', step: waiting.state.key, kind: 'timer' },
      wait: waiting.state.current?.wait?.deadline ?? now,
    };
  return isSettled(state) ? { command: { type: 'close' } } : undefined;
}

/** Runs to the end; returns the history. Throws when the run stands still before its end. */
export function simulate(
  plan: Plan,
  world: World,
  from?: { state: RunState; history: RunEvent[] },
): { state: RunState; history: RunEvent[]; ends: readonly number[] } {
  const driven = from ? machineAt(from.state, from.history) : machine(plan);
  driven.settle();
  for (let steps = 0; steps < 10_000; steps++) {
    const next = nextCommand(driven.state, world, driven.now, driven.history.length);
    if (!next) break;
    if (next.wait !== undefined && next.wait > driven.now) driven.advance(next.wait - driven.now);
    if (driven.send(next.command).length === 0) throw new Error(`stands still at ${JSON.stringify(next.command)}`);
  }
  if (driven.state.finishedAt === undefined) throw new Error('did not end');
  return { state: driven.state, history: driven.history, ends: driven.ends };
}

/** The state as plain data, bookkeeping included: what two states have in common when they are the same. */
export function snapshot({ index, steps, groups, scopes, plan: _plan, ...rest }: RunState): unknown {
  const keys = (units: Iterable<{ state: StepState }>) => [...units].map((unit) => unit.state.key);
  return structuredClone({
    ...rest,
    steps: [...steps],
    groups: [...groups.values()].map(({ step, outcome, ancestorFailed }) => ({
      name: step.name,
      outcome,
      ancestorFailed,
    })),
    scopes: [...scopes].map(([key, opened]) => [
      key,
      opened.map((scope) => ({
        key: scope.key,
        turn: scope.turn,
        closed: scope.isClosed,
        names: [...scope.groups.keys()],
      })),
    ]),
    insides: [...index.units.values()].flatMap(({ inside }) =>
      inside
        ? [
            {
              ...inside,
              scopes: inside.scopes.map(({ mode, open, places, failed, failure, compensate }) => ({
                mode,
                open,
                places,
                failed,
                failure,
                compensate,
              })),
              open: inside.open.size,
            },
          ]
        : [],
    ),
    index: {
      inside: keys(index.inside),
      asked: [...index.asked].map(([unit, need]) => [unit.state.key, need]),
      opening: keys(index.opening),
      spent: [...index.spent],
      judging: keys(index.judging),
      ready: keys(index.ready),
      running: keys(index.running),
      waiting: keys(index.waiting),
      retrying: keys(index.retrying),
      doomed: [...index.doomed].map(([unit, reason]) => [unit.state.key, reason]),
      ending: keys(index.ending),
      lapsed: keys(index.lapsed),
      agenda: index.agenda,
      open: index.open,
      flags: [index.moving, index.root.failed, index.root.compensate, index.compensating],
    },
  });
}
