import type { Migration } from '@cicd/database';

/** The tables of tokens and of the audit trail, for the list that `openDatabase` is given. */
export const accessMigrations: readonly Migration[] = [
  {
    name: 'access/0001-create',
    async up(database) {
      await database.schema
        .createTable('access_token')
        .addColumn('id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('hash', 'blob', (column) => column.notNull().unique())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('project', 'text')
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addColumn('created_by', 'text', (column) => column.notNull())
        .addColumn('expires_at', 'text', (column) => column.notNull())
        .addColumn('revoked_at', 'text')
        .execute();
      await database.schema
        .createTable('audit')
        .addColumn('sequence', 'integer', (column) => column.primaryKey().notNull())
        .addColumn('entry', 'text', (column) => column.notNull())
        .addColumn('hash', 'text', (column) => column.notNull())
        .execute();
    },
  },
];
