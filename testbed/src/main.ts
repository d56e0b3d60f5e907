import { parseArgs } from 'node:util';
import { directoriesOf } from './directories.ts';
import { down } from './down.ts';
import { withLock } from './lock.ts';
import { parts } from './part-list.ts';
import { failsWithout, missingReport } from './report.ts';
import { refresh } from './refresh.ts';
import { shellLines, statusTable } from './status.ts';
import { readState } from './state.ts';
import { clearMissing, readMissing } from './testing/missing-suites.ts';
import { up } from './up.ts';

const USAGE = `node testbed/src/main.ts VERB [parts…]
  up      bring up the parts (all when none is named) and what they need
  down    take them down again; with no name, remove every trace of the bed
  status  a table of the parts, as they are now
  env     lines for a shell: eval "$(node testbed/src/main.ts env)"
  report  the parts that were missing since the last up, and the suites that could not run
parts: ${parts.map((part) => part.name).join(', ')}
With CI=true a missing part is a failure (exit 1).`;

const directories = directoriesOf(process.env);
const print = (text: string) => process.stdout.write(text === '' || text.endsWith('\n') ? text : `${text}\n`);
const tell = (text: string) => process.stderr.write(`testbed: ${text}\n`);

const verbs: Readonly<Record<string, (names: readonly string[]) => Promise<number>>> = {
  async up(names) {
    clearMissing(directories);
    const state = await withLock(directories, () => up(parts, names, directories, process.env, tell));
    print(statusTable(parts, state));
    const isMissing = Object.values(state.parts).some((record) => record.status === 'missing');
    return isMissing && failsWithout(process.env) ? 1 : 0;
  },
  async down(names) {
    await withLock(directories, () => down(parts, names, directories, process.env));
    return 0;
  },
  async status() {
    print(statusTable(parts, await refresh(parts, directories, process.env)));
    return 0;
  },
  async env() {
    print(shellLines(parts, readState(directories)));
    return 0;
  },
  async report() {
    const missing = readMissing(directories);
    print(missingReport(missing));
    return missing.length > 0 && failsWithout(process.env) ? 1 : 0;
  },
};

const { positionals } = parseArgs({ allowPositionals: true });
const [verb = '', ...names] = positionals;
const perform = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
if (perform === undefined) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else {
  process.exitCode = await perform(names);
}
