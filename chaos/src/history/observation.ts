import type { RunEvent } from '@cicd/engine';

/** Something that the world outside of the engine saw happen, in its order. */
export interface Effect {
  /**
   * `created`, `started`, `removed`: a container, by step and attempt. `closed`: everything of the run at once.
   * `deployed`: what a provider was asked for the first time.
   */
  readonly kind: 'created' | 'started' | 'removed' | 'closed' | 'deployed';
  /** `build#1`; empty for `closed`. */
  readonly name: string;
  /** How many events were stored at that moment; absent where nobody could know. */
  readonly stored?: number;
}

export interface ObservedLog {
  /** `build#1`. */
  readonly name: string;
  readonly text: string;
}

export interface ObservedArtifact {
  readonly key: string;
  /** `build#1`. */
  readonly producer: string;
  readonly content: string;
}

/** Everything that is to be seen of one run. */
export interface Observation {
  /** From sequence 1 without a gap. */
  readonly events: readonly RunEvent[];
  readonly effects: readonly Effect[];
  readonly logs: readonly ObservedLog[];
  readonly artifacts: readonly ObservedArtifact[];
  /** What is left of the run, by name: containers, networks, workspaces, messages, claims. */
  readonly left: readonly string[];
}

/** The promise of the engine that was broken, and how. */
export interface Violation {
  readonly promise:
    | 'recorded-once'
    | 'in-order'
    | 'started-once'
    | 'intent-first'
    | 'result-first'
    | 'same-end'
    | 'log-complete'
    | 'artifact-whole'
    | 'message-once'
    | 'nothing-left';
  readonly message: string;
}

/** `build#1`: an attempt's name. */
export const attemptName = (step: string, attempt: number): string => `${step}#${attempt}`;
