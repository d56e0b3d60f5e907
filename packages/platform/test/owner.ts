/** Reserves a run, prints its name and then every nudge for the run `mail`, until it is killed: `node owner.ts FOLDER RUN`. */
import { createProcessOwnership } from '../src/local/data-folder/process-ownership.ts';

const [folder = '', run = ''] = process.argv.slice(2);
const ownership = createProcessOwnership(folder);
ownership.onNudge('mail', () => process.stdout.write('nudged\n'));
await ownership.reserve(run);
process.stdout.write(`${await ownership.open()}\n`);
process.stdin.resume();
