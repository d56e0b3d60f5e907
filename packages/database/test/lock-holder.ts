/** Holds the lock of a file until it is killed: `node lock-holder.ts FILE`. */
import { lockFile } from '../src/index.ts';

const lock = await lockFile(process.argv[2] ?? '');
process.stdout.write(lock ? 'held\n' : 'refused\n');
process.stdin.on('end', () => lock?.release()).resume();
