import type { Migration } from '@cicd/database';

/** The table of what caches there are, for the list that `openDatabase` is given. */
export const cacheMigrations: readonly Migration[] = [
  {
    name: 'cache/0001-create',
    async up(database) {
      await database.schema
        .createTable('cache')
        .addColumn('scope', 'text', (column) => column.notNull())
        .addColumn('key', 'text', (column) => column.notNull())
        .addColumn('project', 'text', (column) => column.notNull())
        .addColumn('paths', 'text', (column) => column.notNull())
        .addColumn('bytes', 'integer', (column) => column.notNull())
        .addColumn('created_at', 'integer', (column) => column.notNull())
        .addColumn('used_at', 'integer', (column) => column.notNull())
        .addColumn('is_written', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('cache_key', ['scope', 'key'])
        .execute();
    },
  },
];
