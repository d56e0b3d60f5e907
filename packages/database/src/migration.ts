import type { Kysely } from 'kysely';

/**
 * One step forward of a schema; there is no way back. Migrations of several packages share one list: they run once
 * each, in the order of their names, so a name is `<owner>/<number>-<what>`, as in `run/0001-create`.
 */
export interface Migration {
  readonly name: string;
  /** Runs inside the transaction that brings the file up to date: opens none itself. Foreign keys are checked at its end. */
  up(database: Kysely<unknown>): Promise<void>;
}
