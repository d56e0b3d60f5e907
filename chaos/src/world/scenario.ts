import type { RerunChoice, RunMessage, RunState } from '@cicd/engine';

/**
 * What somebody says to the run as it is stored now; undefined: nothing. Asked again until nothing is left to say.
 * `started`: the containers that run or have run, by attempt.
 */
export type Saying = (state: RunState, started: ReadonlySet<string>) => RunMessage | undefined;

/** A pipeline, and what people do about its run. */
export interface Scenario {
  readonly name: string;
  /** A pipeline file. */
  readonly yaml: string;
  readonly says?: Saying;
  /** The run is run again after its end, once. */
  readonly rerun?: Pick<RerunChoice, 'from' | 'whole' | 'clean'>;
}
