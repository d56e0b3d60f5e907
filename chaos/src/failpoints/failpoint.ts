import { operations } from './operations.ts';

/** `store.append.before`, `sandbox.create.after`, `process.output.piece`. */
export type Failpoint = `${string}.${string}.${'before' | 'piece' | 'after'}`;

/**
 * Called whenever a failpoint is passed; the operation goes on when the answer resolves. One that never resolves is a
 * process that died here, one that rejects is trouble.
 */
export type Pass = (failpoint: Failpoint) => void | Promise<void>;

const moments = {
  call: ['before', 'after'],
  stream: ['before', 'piece', 'after'],
  silent: [],
} as const;

/** Every failpoint by its name. Names are stable: people write them on command lines. */
export const failpoints: readonly Failpoint[] = Object.entries(operations).flatMap(([port, watched]) =>
  Object.entries(watched).flatMap(([operation, watching]) =>
    moments[watching].map((moment): Failpoint => `${port}.${operation}.${moment}`),
  ),
);
