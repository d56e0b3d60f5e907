import type { EngineCallKind } from './engine-call.ts';

/**
 * What may go wrong with one call of an engine.
 * - `reset before`: the connection breaks before the engine hears of it.
 * - `request cut`: it breaks in the middle of the request's body.
 * - `answer lost`: the engine does it, and the connection breaks before it says so.
 * - `answer cut`: the connection breaks in the middle of the answer.
 * - `refused before`: 503, and nothing was done.
 * - `failed after`: 500, although it was done.
 * - `answer late`: all is well, two seconds later.
 */
export const engineFaults = [
  'reset before',
  'request cut',
  'answer lost',
  'answer cut',
  'refused before',
  'failed after',
  'answer late',
] as const;

export type EngineFault = (typeof engineFaults)[number];

/** A fault at the n-th call of a kind, from 1. */
export interface PlacedFault {
  readonly fault: EngineFault;
  readonly kind: EngineCallKind;
  readonly time: number;
}

export const showPlacedFault = ({ fault, kind, time }: PlacedFault): string => `${fault} at ${kind}/${time}`;
