import { EngineError } from '@cicd/plugin';

/** The engine answered, with an error. Callers give it a meaning; what they do not know becomes an EngineError. */
export class EngineRefusal extends EngineError {
  readonly status: number;
  /** The engine's own words. */
  readonly answer: string;

  constructor(status: number, answer: string, call: string) {
    super({
      code: 'sandbox.engine_failed',
      message: `The container engine refused ${call}: ${answer} (${status})`,
      retryable: status >= 500,
      details: { status, call },
    });
    this.status = status;
    this.answer = answer;
  }
}

/** The engine did not answer, or broke off: it went away, restarts, or its socket was reset. */
export const engineTrouble = (cause: unknown, call: string): EngineError =>
  new EngineError({
    code: 'sandbox.engine_failed',
    message: `The container engine does not answer to ${call}: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'Check that the engine runs; what was running goes on, and is picked up when the engine answers again.',
    retryable: true,
    cause,
  });

/** Answers `undefined` instead of failing with one of these statuses. */
export async function unless<T>(statuses: readonly number[], answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof EngineRefusal && statuses.includes(error.status)) return undefined;
    throw error;
  }
}
