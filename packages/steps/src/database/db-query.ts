import { Type } from 'typebox';
import { defineStep } from '@cicd/plugin';
import { closed } from '../schema/fields.ts';
import { maxBytes, openStatement, statementFields, statementTimeout, valuesOfDatabases } from './statement.ts';

const row = Type.Record(Type.String(), Type.Unknown());

export const dbQuery = defineStep({
  type: 'step.db_query',
  title: 'Query a database',
  description: `Reads from a database that the operator has set up ([settings](../settings.md)). The database itself is told to allow no writing: SQLite is opened for reading, PostgreSQL runs the statement in a read-only transaction. ${valuesOfDatabases} The rows may have 1 MiB together.`,
  category: 'general',
  config: Type.Object(
    {
      ...statementFields,
      mode: Type.Enum(['list', 'single'], {
        default: 'list',
        description: '`list` gives every row, `single` the first one.',
      }),
      max_rows: Type.Integer({
        minimum: 1,
        maximum: 10_000,
        default: 1_000,
        description: 'How many rows a list may have; more fail the step.',
      }),
      timeout: statementTimeout,
    },
    closed,
  ),
  outputs: Type.Object(
    {
      rows: Type.Array(row, { description: 'The rows, each a map of its columns. In `single` the first one alone.' }),
      count: Type.Integer({ description: 'How many rows there are.' }),
      row: Type.Union([row, Type.Null()], { description: 'The first row; null when there is none.' }),
      found: Type.Boolean({ description: 'Whether there is a row.' }),
    },
    closed,
  ),
  recovery: 'repeat',
  examples: [
    {
      title: 'The orders of a day',
      yaml: `name: orders
type: step.db_query
config:
  database: shop
  query: select id, total from orders where day = ? order by id
  params: ['2026-02-01']
`,
    },
    {
      title: 'One row',
      yaml: `name: customer
type: step.db_query
config:
  database: shop
  query: select name, email from customers where id = ?
  params: [7]
  mode: single
`,
    },
  ],
  async run(ctx) {
    const { mode, max_rows: maxRows } = ctx.config;
    const { database, statement } = openStatement(ctx);
    const rows = await database.query(statement, {
      signal: ctx.signal,
      maxBytes,
      ...(mode === 'single' ? { maxRows: 1, beyond: 'leave' } : { maxRows, beyond: 'fail' }),
    });
    return { outputs: { rows, count: rows.length, row: rows[0] ?? null, found: rows.length > 0 } };
  },
});
