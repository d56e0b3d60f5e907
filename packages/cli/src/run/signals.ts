import type { CancelCause } from '@cicd/engine';

const signals: Readonly<Record<string, CancelCause>> = { SIGINT: 'user', SIGTERM: 'terminated', SIGHUP: 'hangup' };

/** Calls at every signal that asks a command to end; returns how to stop. */
export function onSignals(react: (cause: CancelCause) => void): () => void {
  const listeners = Object.entries(signals).map(([signal, cause]) => [signal, () => react(cause)] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}
