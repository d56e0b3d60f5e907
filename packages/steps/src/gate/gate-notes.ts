import type { Judgement, Json, StepCheckpoint } from '@cicd/plugin';

/** What a gate finds again when its wait is over. */
export interface GateNotes {
  readonly conditions: readonly Judgement[];
  /** When its timeout ends, in milliseconds since the epoch. */
  readonly givesUpAt?: number;
}

export const keepNotes = (checkpoint: StepCheckpoint, notes: GateNotes): Promise<void> =>
  checkpoint.set(notes as unknown as Json);

export async function readNotes(checkpoint: StepCheckpoint): Promise<GateNotes> {
  return ((await checkpoint.get()) as unknown as GateNotes | undefined) ?? { conditions: [] };
}
