import { Type } from 'typebox';
import {
  Duration,
  LiteralText,
  type DatabaseConnection,
  type DatabaseStatement,
  type Json,
  type StepContext,
} from '@cicd/plugin';
import { namedOutside } from '../outside-name.ts';

/** Bytes of all rows: outputs become part of the run's history, which is read often. */
export const maxBytes = 2 ** 20;

/** What every statement has. */
export const statementFields = {
  database: Type.String({
    minLength: 1,
    maxLength: 63,
    description: 'Which database, by the name the operator gave it.',
  }),
  query: LiteralText({
    maxLength: 65_536,
    description:
      'One statement of SQL, without templates: values are parameters, `?` in SQLite and `$1` in PostgreSQL.',
  }),
  params: Type.Array(Type.Unknown(), {
    default: [],
    maxItems: 1_000,
    description: 'The values of the placeholders, in order. A map becomes JSON; so does a list in SQLite.',
  }),
};

export const statementTimeout = Duration({ default: '30s', description: 'When the statement is ended.' });

/** How values of a database stand in outputs. */
export const valuesOfDatabases =
  'Whole numbers beyond ±9007199254740991 and decimals come as text, bytes as base64, dates and times as ISO 8601 in UTC, JSON as its value.';

export function openStatement(
  ctx: StepContext<{ readonly database: string; readonly query: string; readonly params: readonly unknown[] }>,
): { readonly database: DatabaseConnection; readonly statement: DatabaseStatement } {
  const { database: name, query: text, params } = ctx.config;
  const database = namedOutside(ctx.databases, name, {
    what: 'database',
    code: 'connection.unknown',
    hint: 'The operator adds one under `databases` of the settings.',
  });
  return { database, statement: { text, params: params as readonly Json[] } };
}
