import { engineFaults, type PlacedFault } from './engine-fault.ts';
import type { SeenCall } from './engine-proxy.ts';

/** Before a run has begun there is nothing to save: the command says that no engine answers, and ends. */
const beforeTheRun = new Set(['GET version']);

/** Every fault at every call. Only a request with a body can be cut in its middle. */
export const placesOf = (calls: readonly SeenCall[]): readonly PlacedFault[] =>
  calls
    .filter(({ kind }) => !beforeTheRun.has(kind))
    .flatMap(({ kind, time, hasBody }) =>
      engineFaults
        .filter((fault) => fault !== 'request cut' || hasBody)
        .map((fault): PlacedFault => ({ fault, kind, time })),
    );
