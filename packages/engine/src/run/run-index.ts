import type { PlanStep } from '../plan/plan.ts';
import type { SkipReason } from './events.ts';
import type { Inside, Scope } from './scope.ts';
import type { GroupOutcome, GroupState, RunState, StepState } from './state.ts';

export type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The state as `evolve` writes it. */
export type WritableRun = Writable<RunState>;

/** One step or matrix member with its place in the graph. */
export interface Unit {
  readonly state: Writable<StepState>;
  readonly group: Group;
  /** Its condition was found to hold after a cancel too. */
  survivesCancel: boolean;
  /** It takes one of its group's `max_parallel` places. */
  hasPlace: boolean;
  /** It takes one of its scope's places too. */
  hasScopePlace: boolean;
  /** Attempts that an earlier opening of its scope has used: numbers go on, retries are counted anew. */
  readonly attemptsBefore: number;
  /** Attempts of which nobody could say what became of them, and which a person had done again: they are no retries. */
  attemptsLost: number;
  /** Its state in the run's attempt before, to be taken over when its turn comes. */
  kept?: StepState;
  /** Of a structured step: what goes on inside its current attempt. */
  inside?: Inside;
}

export interface Group extends GroupState {
  readonly step: PlanStep;
  /** The steps that it stands among. */
  readonly scope: Scope;
  /** It stands in a compensation list, which carries on past its failures. */
  readonly compensation: boolean;
  readonly units: Unit[];
  readonly members: StepState[];
  readonly dependents: Group[];
  outcome?: GroupOutcome;
  ancestorFailed: boolean;
  /** Needs that are not final. */
  unmet: number;
  /** Why its units cannot start, when a need did not end well. */
  blocked?: 'upstream' | 'stopped';
  /** Units that are final. */
  final: number;
  /** `max_parallel` places in use. */
  places: number;
  /** Units that wait for a place, in order. */
  readonly held: Set<Unit>;
}

/** What a performer has to look at. An entry may have become void: check it against the state. */
export interface AgendaItem {
  /**
   * `judge` its condition; `start` it when there is room; `retry` it at `retryAt`; `wait` for its resumption; `end` its
   * work. Of a structured step: evaluate what it goes by (`enter`), whether there is another `turn`, what it ends with
   * (`leave`).
   */
  readonly kind: 'judge' | 'start' | 'retry' | 'wait' | 'end' | 'enter' | 'turn' | 'leave';
  readonly step: string;
}

/**
 * Kept so that each event costs as much as the steps and edges it touches, never the size of the run.
 * It is a function of the events like the rest of the state: sets keep the order in which things happened.
 */
export interface RunIndex {
  readonly units: Map<string, Unit>;
  /** The same, as others see them: what `RunState.steps` shows. */
  readonly states: Map<string, StepState>;
  readonly scopes: Map<string, readonly Scope[]>;
  /** The pipeline's own steps. */
  readonly root: Scope;
  /** The last attempt of steps that are there no more, because what is around them began anew. */
  readonly spent: Map<string, number>;
  readonly judging: Set<Unit>;
  readonly ready: Set<Unit>;
  readonly running: Set<Unit>;
  /** Structured steps at work: their own work is what stands inside them. */
  readonly inside: Set<Unit>;
  /** What a structured step at work is asked for. */
  readonly asked: Map<Unit, 'enter' | 'turn' | 'leave'>;
  /** Structured steps that may open a further scope. */
  readonly opening: Set<Unit>;
  /** Waiting or unknown. */
  readonly waiting: Set<Unit>;
  /** Between two attempts. */
  readonly retrying: Set<Unit>;
  /** To be taken over from the run's attempt before. */
  readonly reusing: Set<Unit>;
  /** To be skipped. */
  readonly doomed: Map<Unit, SkipReason>;
  /** Asked to end: whatever they answer, they are cancelled. */
  readonly ending: Set<Unit>;
  /** Asked to end while nothing of them runs. */
  readonly lapsed: Set<Unit>;
  /** Grows only: a reader keeps the position up to which it has read. */
  readonly agenda: AgendaItem[];
  /** Units that are not final. */
  open: number;
  /** The graph has begun to move. */
  moving: boolean;
  compensating: boolean;
}
