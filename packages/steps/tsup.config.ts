import { library } from '../../tsup.base.ts';

// A thread is started from a file of its own.
export default library({ index: 'src/index.ts', 'jq-worker': 'src/jq/jq-worker.ts' });
