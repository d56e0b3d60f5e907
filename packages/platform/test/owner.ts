/** Prints its name and then every nudge for the run given, until it is killed: `node owner.ts FOLDER RUN`. */
import { createProcessOwnership } from '../src/local/data-folder/process-ownership.ts';

const [folder = '', run = ''] = process.argv.slice(2);
const ownership = createProcessOwnership(folder);
ownership.onNudge(run, () => process.stdout.write('nudged\n'));
process.stdout.write(`${await ownership.open()}\n`);
process.stdin.resume();
