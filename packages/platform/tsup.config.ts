import { library } from '../../tsup.base.ts';

// A process is started from a file of its own.
export default library({
  index: 'src/index.ts',
  'local/index': 'src/local/index.ts',
  'sqlite-process': 'src/databases/sqlite/sqlite-process.ts',
});
