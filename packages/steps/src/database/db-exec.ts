import { Type } from 'typebox';
import { defineStep } from '@cicd/plugin';
import { closed } from '../schema/fields.ts';
import { maxBytes, openStatement, statementFields, statementTimeout, valuesOfDatabases } from './statement.ts';

export const dbExec = defineStep({
  type: 'step.db_exec',
  title: 'Change a database',
  description: `Runs one statement that writes to a database that the operator has set up ([settings](../settings.md)), in a transaction of its own: all of it happens or nothing. ${valuesOfDatabases} A cancel or the timeout ends the statement, and nothing of it stays unless it was already done.`,
  category: 'general',
  config: Type.Object({ ...statementFields, timeout: statementTimeout }, closed),
  outputs: Type.Object(
    {
      affected_rows: Type.Integer({ description: 'How many rows were written or deleted.' }),
      rows: Type.Array(Type.Record(Type.String(), Type.Unknown()), {
        description: 'What the statement returns (`returning`), at most 1000 rows.',
      }),
    },
    closed,
  ),
  recovery: 'never',
  examples: [
    {
      title: 'Note a release',
      yaml: `name: note
type: step.db_exec
config:
  database: shop
  query: insert into releases (version, run) values (?, ?)
  params: ['1.4.0', '{{ run.id }}']
`,
    },
  ],
  async run(ctx) {
    const { database, statement } = openStatement(ctx);
    const { affectedRows, rows } = await database.execute(statement, {
      signal: ctx.signal,
      maxRows: 1_000,
      beyond: 'fail',
      maxBytes,
    });
    return { outputs: { affected_rows: affectedRows, rows } };
  },
});
