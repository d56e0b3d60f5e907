import type { Migration } from '@cicd/database';

/**
 * The tables of the run store, for the list that `openDatabase` is given. Plain tables in every dialect: clustering
 * events by their key was measured, and gained nothing.
 */
export const runStoreMigrations: readonly Migration[] = [
  {
    name: 'run/0001-create',
    async up(database) {
      await database.schema
        .createTable('run')
        .addColumn('id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('project', 'text', (column) => column.notNull())
        .addColumn('pipeline', 'text', (column) => column.notNull())
        .addColumn('status', 'text', (column) => column.notNull())
        .addColumn('attempt', 'integer', (column) => column.notNull())
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addColumn('started_at', 'text')
        .addColumn('finished_at', 'text')
        .addColumn('last_sequence', 'integer', (column) => column.notNull())
        .execute();
      await database.schema.createIndex('run_newest').on('run').columns(['created_at', 'id']).execute();
      await database.schema
        .createIndex('run_of_pipeline')
        .on('run')
        .columns(['project', 'pipeline', 'status', 'created_at', 'id'])
        .execute();
      await database.schema
        .createTable('run_event')
        .addColumn('run_id', 'text', (column) => column.notNull().references('run.id').onDelete('cascade'))
        .addColumn('sequence', 'integer', (column) => column.notNull())
        .addColumn('event', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('run_event_key', ['run_id', 'sequence'])
        .execute();
      await database.schema
        .createTable('run_plan')
        .addColumn('run_id', 'text', (column) => column.primaryKey().notNull().references('run.id').onDelete('cascade'))
        .addColumn('plan', 'text', (column) => column.notNull())
        .execute();
    },
  },
  {
    name: 'run/0002-asks',
    async up(database) {
      await database.schema
        .alterTable('run')
        .addColumn('asks', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
      // Small: only the runs that somebody has to look at.
      await database.schema
        .createIndex('run_asking')
        .on('run')
        .columns(['created_at', 'id', 'asks'])
        .where('asks', '>', 0)
        .execute();
    },
  },
  {
    name: 'run/0003-claims-and-messages',
    async up(database) {
      await database.schema.alterTable('run').addColumn('owner', 'text').execute();
      await database.schema
        .alterTable('run')
        .addColumn('fence', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
      await database.schema
        .createIndex('run_unfinished')
        .on('run')
        .columns(['finished_at', 'created_at', 'id'])
        .where('finished_at', 'is', null)
        .execute();
      await database.schema
        .createTable('run_message')
        .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
        .addColumn('run_id', 'text', (column) => column.notNull().references('run.id').onDelete('cascade'))
        .addColumn('message', 'text', (column) => column.notNull())
        .execute();
      await database.schema.createIndex('run_message_of_run').on('run_message').columns(['run_id', 'id']).execute();
    },
  },
  {
    name: 'run/0004-kept-workspaces',
    async up(database) {
      await database.schema.alterTable('run').addColumn('workspace_bytes', 'integer').execute();
      await database.schema
        .createIndex('run_keeping')
        .on('run')
        .columns(['created_at', 'id', 'workspace_bytes'])
        .where('workspace_bytes', 'is not', null)
        .execute();
    },
  },
  {
    name: 'run/0005-concurrency-groups',
    async up(database) {
      await database.schema.alterTable('run').addColumn('concurrency_group', 'text').execute();
      await database.schema
        .createIndex('run_unfinished_of_group')
        .on('run')
        .columns(['concurrency_group', 'finished_at'])
        .where('finished_at', 'is', null)
        .execute();
    },
  },
  {
    // A run that is run again queues anew: its row no longer says when it came. Those that queue now come first, by row.
    name: 'run/0006-places-in-groups',
    async up(database) {
      await database.schema
        .alterTable('run')
        .addColumn('group_place', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
    },
  },
];
