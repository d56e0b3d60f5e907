import { spawn } from 'node:child_process';
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Bed } from '../bed.ts';
import { readProcesses } from '../engine/process-table.ts';
import { freePort } from '../free-port.ts';
import { installPackages } from '../packages.ts';
import { MissingPart, type Part } from '../part.ts';
import { writeTokenSettings } from '../registry/token-settings.ts';

/** Three image registries of this machine: `127.0.0.1:PORT` each. */
export interface RegistryFacts {
  /** Takes everything from everybody. */
  readonly open: string;
  /** Wants name and password with each request. */
  readonly basic: string;
  /** Wants a token, which its token server gives for name and password. */
  readonly token: string;
  /** What the second and the third know. */
  readonly username: string;
  readonly password: string;
}

const [username, password] = ['tester', 'correct-horse-battery'];
const startMilliseconds = 60_000;
const tokenServer = fileURLToPath(new URL('../registry/token-server.ts', import.meta.url));

/** Image registries of the bed's own, from Debian's package: open, with passwords, and with tokens. */
export const registry: Part<'registry', RegistryFacts> = {
  name: 'registry',
  description: 'image registries',
  needs: [],
  async check(bed) {
    const facts = bed.facts(registry);
    return facts !== undefined && (await isReady(facts)) ? facts : undefined;
  },
  async up(bed) {
    await installPackages(bed, { 'docker-registry': 'docker-registry', htpasswd: 'apache2-utils', openssl: 'openssl' });
    await stop(bed);
    const folder = bed.folder('registry');
    const [open, basic, token, tokens] = [await freePort(), await freePort(), await freePort(), await freePort()];
    const passwords = path.join(folder, 'passwords');
    writeFileSync(passwords, await bed.run('htpasswd', ['-Bbn', username, password]));
    const settings = await writeTokenSettings(bed, folder, { port: tokens, username, password });
    launch(bed, process.execPath, [tokenServer, settings.file]);
    serve(bed, 'open', open, {});
    serve(bed, 'basic', basic, { auth: { htpasswd: { realm: 'registry', path: passwords } } });
    serve(bed, 'token', token, { auth: { token: settings.registry } });
    const at = (port: number) => `127.0.0.1:${port}`;
    const facts = { open: at(open), basic: at(basic), token: at(token), username, password };
    const deadline = Date.now() + startMilliseconds;
    while (!(await isReady(facts))) {
      if (Date.now() > deadline) throw new MissingPart('the registries did not start', `their log is ${logOf(bed)}`);
      await delay(50);
    }
    return facts;
  },
  down: stop,
};

async function isReady({ open, basic, token }: RegistryFacts): Promise<boolean> {
  try {
    const answers = await Promise.all([open, basic, token].map((host) => fetch(`http://${host}/v2/`)));
    const realm = /realm="([^"]+)"/.exec(answers[2]?.headers.get('www-authenticate') ?? '')?.[1];
    const isIssuing = realm !== undefined && (await fetch(realm)).status === 401;
    return isIssuing && answers.map(({ status }) => status).join(' ') === '200 401 401';
  } catch {
    return false; // not yet, or not any more
  }
}

function serve(bed: Bed, name: string, port: number, more: object): void {
  const settings = {
    version: '0.1',
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: bed.folder('registry', name) }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}`, secret: 'of the test bed' },
    ...more,
  };
  // JSON is YAML.
  const file = path.join(bed.folder('registry'), `${name}.yml`);
  writeFileSync(file, JSON.stringify(settings));
  launch(bed, 'docker-registry', ['serve', file]);
}

const logOf = (bed: Bed) => path.join(bed.directories.home, 'logs', 'registry-servers.log');

function launch(bed: Bed, program: string, words: readonly string[]): void {
  const log = openSync(logOf(bed), 'a');
  const stdio = ['ignore', log, log] as const;
  const server = spawn(program, words, { detached: true, stdio: [...stdio], cwd: '/', env: bed.environment });
  closeSync(log);
  server.once('error', (error) => bed.log.line(`${program} cannot be started: ${error.message}`));
  server.unref();
}

/** Also what an `up` that was stopped half way has left. */
async function stop(bed: Bed): Promise<void> {
  const folder = path.join(bed.directories.home, 'registry');
  const ours = () => readProcesses().filter(({ command }) => command.includes(`${folder}/`));
  for (const { id } of ours()) process.kill(id, 'SIGKILL');
  while (ours().length > 0) await delay(20);
  rmSync(folder, { recursive: true, force: true });
}
