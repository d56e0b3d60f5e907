import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { shortDigest } from './short-digest.ts';

/** Where one test bed keeps its things. Two checkouts have two beds that share nothing. */
export interface Directories {
  /** Data, logs and state; survives a reboot. */
  readonly home: string;
  /** Sockets and process identifiers; short, because a socket path has room for 107 bytes. */
  readonly runtime: string;
  /** Eight hexadecimal digits that tell this bed from every other on the machine. */
  readonly identity: string;
}

const repositoryRoot = fileURLToPath(new URL('../../', import.meta.url));

/** The bed of this checkout: `.testbed/` at its root, or what `CICD_TESTBED_DIR` names. */
export function directoriesOf(environment: NodeJS.ProcessEnv, root: string = repositoryRoot): Directories {
  const home = path.resolve(root, environment['CICD_TESTBED_DIR'] ?? '.testbed');
  const identity = shortDigest(home).slice(0, 8);
  return { home, runtime: `/run/cicd-testbed-${identity}`, identity };
}
