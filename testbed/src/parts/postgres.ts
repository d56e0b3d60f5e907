import { chmodSync, chownSync, existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Bed } from '../bed.ts';
import { freePort } from '../free-port.ts';
import { installPackages } from '../packages.ts';
import { MissingPart, type Part } from '../part.ts';

/** How to reach the PostgreSQL server. */
export interface PostgresFacts {
  /** `postgres://tester@127.0.0.1:PORT/postgres`; the user may do everything. */
  readonly url: string;
  /** Where the server's own programs are. */
  readonly programs: string;
}

const installed = '/usr/lib/postgresql';
/** The server refuses to run as root. `nobody` is on every machine. */
const nobody = 65_534;

/** A PostgreSQL server of the bed's own, from Debian's package. */
export const postgres: Part<'postgres', PostgresFacts> = {
  name: 'postgres',
  description: 'PostgreSQL server',
  needs: [],
  async check(bed) {
    const facts = bed.facts(postgres);
    if (facts === undefined) return undefined;
    const answer = await bed.attempt(path.join(facts.programs, 'pg_isready'), ['--dbname', facts.url]);
    return answer.exitCode === 0 ? facts : undefined;
  },
  async up(bed) {
    if (process.getuid?.() !== 0) throw new MissingPart('a PostgreSQL server is started by root, for nobody');
    const programs = await serverPrograms(bed);
    await stop(bed, programs);
    const data = bed.folder('postgres');
    chownSync(data, nobody, nobody);
    chmodSync(data, 0o700);
    const port = await freePort();
    const cluster = path.join(data, 'cluster');
    const initialise = ['--pgdata', cluster, '--username', 'tester', '--auth', 'trust', '--no-sync'];
    await asNobody(bed, path.join(programs, 'initdb'), initialise);
    const options = `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories= -c fsync=off`;
    const start = ['start', '--wait', '--pgdata', cluster, '--log', path.join(data, 'log'), '--options', options];
    await asNobody(bed, path.join(programs, 'pg_ctl'), start);
    return { url: `postgres://tester@127.0.0.1:${port}/postgres`, programs };
  },
  async down(bed) {
    const programs = findPrograms();
    if (programs !== undefined) await stop(bed, programs);
  },
};

const findPrograms = (): string | undefined =>
  existsSync(installed)
    ? readdirSync(installed)
        .map((version) => path.join(installed, version, 'bin'))
        .find((folder) => existsSync(path.join(folder, 'initdb')))
    : undefined;

async function serverPrograms(bed: Bed): Promise<string> {
  if (findPrograms() === undefined) await installPackages(bed, { initdb: 'postgresql' });
  const found = findPrograms();
  if (found === undefined) throw new MissingPart('there is no PostgreSQL server for this machine');
  return found;
}

/** Also what an `up` that was stopped half way has left. */
async function stop(bed: Bed, programs: string): Promise<void> {
  const data = path.join(bed.directories.home, 'postgres');
  const cluster = path.join(data, 'cluster');
  if (existsSync(path.join(cluster, 'postmaster.pid')))
    await asNobody(bed, path.join(programs, 'pg_ctl'), ['stop', '--pgdata', cluster, '--mode', 'immediate']);
  rmSync(data, { recursive: true, force: true });
}

const asNobody = (bed: Bed, program: string, words: readonly string[]) =>
  bed.run('setpriv', [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', program, ...words]);
