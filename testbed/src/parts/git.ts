import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bed } from '../bed.ts';
import { freePort } from '../free-port.ts';
import { endProcess } from '../git/process-file.ts';
import { canConnect } from '../git/connection.ts';
import { installPackages } from '../packages.ts';
import { MissingPart, type Part } from '../part.ts';

/** Git over HTTP and SSH. A test makes a repository in a folder, and finds it under the address beside that. */
export interface GitFacts {
  /** Bare repositories in `open/` and `private/`; `NAME.git`. Names are to be unique. */
  readonly folder: string;
  /** `http://127.0.0.1:PORT`; below it `/open/NAME.git`, `/private/NAME.git`, and `/elsewhere/…` which redirects. */
  readonly http: string;
  /** What `/private/` wants. */
  readonly username: string;
  readonly password: string;
  /** `ssh://USER@127.0.0.1:PORT`; below it an absolute path: that of `folder`. */
  readonly ssh: string;
  /** Files of a private key that is let in, of one that is not, and of known hosts. */
  readonly keyFile: string;
  readonly strangeKeyFile: string;
  readonly knownHostsFile: string;
}

const backends = ['/usr/lib/git-core/git-http-backend', '/usr/libexec/git-core/git-http-backend'];
const server = fileURLToPath(new URL('../git/http-server.ts', import.meta.url));

/** Git's HTTP backend behind a small server, and OpenSSH's server on a port of its own. */
export const git: Part<'git', GitFacts> = {
  name: 'git',
  description: 'Git over HTTP and SSH',
  needs: [],
  async check(bed) {
    const facts = bed.facts(git);
    if (facts === undefined || !existsSync(facts.folder)) return undefined;
    const answers = await Promise.all([facts.http, facts.ssh].map((url) => canConnect(Number(new URL(url).port))));
    return answers.every(Boolean) ? facts : undefined;
  },
  async up(bed) {
    await installPackages(bed, { git: 'git', sshd: 'openssh-server', ssh: 'openssh-client' });
    const backend = backends.find((each) => existsSync(each));
    if (backend === undefined) throw new MissingPart('git comes without git-http-backend here');
    stop(bed);
    const home = bed.folder('git');
    const folder = bed.folder('git', 'repositories');
    for (const name of ['open', 'private']) mkdirSync(path.join(folder, name), { recursive: true });
    const username = 'tester';
    const password = randomBytes(12).toString('hex');
    const httpPort = await freePort();
    await startHttp(bed, { backend, folder, port: httpPort, account: `${username}:${password}` });
    const sshPort = await freePort();
    const keys = await startSsh(bed, home, sshPort);
    return {
      folder,
      http: `http://127.0.0.1:${httpPort}`,
      username,
      password,
      ssh: `ssh://${os.userInfo().username}@127.0.0.1:${sshPort}`,
      ...keys,
    };
  },
  async down(bed) {
    stop(bed);
  },
};

interface HttpServer {
  readonly backend: string;
  readonly folder: string;
  readonly port: number;
  readonly account: string;
}

async function startHttp(bed: Bed, { backend, folder, port, account }: HttpServer): Promise<void> {
  const home = bed.folder('git');
  const accountFile = path.join(home, 'account');
  writeFileSync(accountFile, account, { mode: 0o600 });
  const log = openSync(path.join(home, 'http.log'), 'w');
  const child = spawn(process.execPath, [server, String(port), folder, backend, accountFile], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: '/',
    env: bed.environment,
  });
  closeSync(log);
  if (child.pid === undefined) throw new MissingPart('the HTTP server for Git could not be started');
  writeFileSync(path.join(home, 'http.pid'), String(child.pid));
  child.unref();
  await untilListening(port, 'HTTP', path.join(home, 'http.log'));
}

async function startSsh(bed: Bed, home: string, port: number) {
  const keyPair = async (name: string) => {
    const file = path.join(home, name);
    await bed.run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file]);
    return { file, open: readFileSync(`${file}.pub`, 'utf8') };
  };
  const host = await keyPair('host-key');
  const known = await keyPair('user-key');
  const strange = await keyPair('strange-key');
  const authorized = path.join(home, 'authorized-keys');
  writeFileSync(authorized, known.open, { mode: 0o600 });
  const config = path.join(home, 'sshd.conf');
  const settings = {
    ListenAddress: '127.0.0.1',
    Port: port,
    HostKey: path.join(home, 'host-key'),
    AuthorizedKeysFile: authorized,
    PidFile: path.join(home, 'ssh.pid'),
    PasswordAuthentication: 'no',
    KbdInteractiveAuthentication: 'no',
    PermitRootLogin: 'yes',
    StrictModes: 'no',
    UsePAM: 'no',
    AcceptEnv: 'GIT_PROTOCOL',
  };
  writeFileSync(
    config,
    Object.entries(settings)
      .map(([name, value]) => `${name} ${value}\n`)
      .join(''),
  );
  // Where root's server parts with its privileges; a machine that never started one lacks it.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const log = path.join(home, 'ssh.log');
  const program = (await bed.run('which', ['sshd'])).trim();
  await bed.run(program, ['-f', config, '-E', log]);
  await untilListening(port, 'SSH', log);
  const [kind, key] = host.open.split(' ');
  const knownHostsFile = path.join(home, 'known-hosts');
  writeFileSync(knownHostsFile, `[127.0.0.1]:${port} ${kind} ${key}\n`);
  return { keyFile: known.file, strangeKeyFile: strange.file, knownHostsFile };
}

async function untilListening(port: number, what: string, log: string): Promise<void> {
  if (await canConnect(port, 30_000)) return;
  throw new MissingPart(`the ${what} server for Git did not start`, `its log is ${log}`);
}

/** Also what an `up` that was stopped half way has left. */
function stop(bed: Bed): void {
  const home = path.join(bed.directories.home, 'git');
  endProcess(path.join(home, 'http.pid'), server);
  endProcess(path.join(home, 'ssh.pid'), path.join(home, 'sshd.conf'));
  rmSync(home, { recursive: true, force: true });
}
