import { StepFailure } from '@cicd/plugin';

type Kind = 'unreachable' | 'statement_failed' | 'result_too_large';

const hints: Readonly<Record<Kind, string>> = {
  unreachable: 'Ask the operator to look at `databases` of the settings.',
  statement_failed: 'Try the statement by hand, with the same parameters.',
  result_too_large: 'Ask for less: a `where`, a `limit`, fewer columns.',
};

/** What a step is told of a database. `name`: what the operator calls it. */
export const connectionFailure = (name: string, kind: Kind, message: string, cause?: unknown): StepFailure =>
  new StepFailure({ code: `connection.${kind}`, message: `${name}: ${message}`, hint: hints[kind], cause });
