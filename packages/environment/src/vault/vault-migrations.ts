import type { Migration } from '@cicd/database';

/** The tables of the vault, for the list that `openDatabase` is given. */
export const vaultMigrations: readonly Migration[] = [
  {
    name: 'secret/0001-create',
    async up(database) {
      await database.schema
        .createTable('secret_wrapping_key')
        .addColumn('slot', 'integer', (column) => column.primaryKey().notNull())
        .addColumn('id', 'text', (column) => column.notNull())
        .execute();
      await database.schema
        .createTable('secret_data_key')
        .addColumn('project', 'text', (column) => column.primaryKey().notNull())
        .addColumn('wrapped', 'blob', (column) => column.notNull())
        .addColumn('wrapping_key', 'text', (column) => column.notNull())
        .execute();
      await database.schema
        .createTable('secret')
        .addColumn('project', 'text', (column) => column.notNull().references('secret_data_key.project'))
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('version', 'integer', (column) => column.notNull())
        .addColumn('sealed', 'blob', (column) => column.notNull())
        .addColumn('changed_at', 'text', (column) => column.notNull())
        .addColumn('changed_by', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('secret_key', ['project', 'name'])
        .execute();
    },
  },
];
