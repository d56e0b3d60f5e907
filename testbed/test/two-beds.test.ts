import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from '@jest/globals';
import { directoriesOf, type Directories } from '../src/directories.ts';
import { engineVersion } from '../src/engine/client.ts';
import type { EngineNetwork } from '../src/engine/network.ts';
import { enginePlaces, hasData } from '../src/engine/places.ts';
import { familyOf, readProcesses } from '../src/engine/process-table.ts';
import { describeWith, type EngineFacts } from '../src/index.ts';
import { readState } from '../src/state.ts';
import { temporaryBeds } from './temporary-bed.ts';

const MINUTE = 60_000;
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

describeWith(['engine'], 'two beds on one machine', ({ engine: first }) => {
  const second = temporaryBeds()();
  afterAll(() => testbed(second, 'down'), MINUTE);

  if (first.origin === 'found') {
    it('use the same engine where it is the machine’s, and leave it there', async () => {
      expect(bringUp(second).socketPath).toBe(first.socketPath);
      testbed(second, 'down');
      expect(await engineVersion(first.socketPath)).toBe(first.version);
    });
    return;
  }

  it(
    'do not disturb each other, and the second leaves no trace',
    async () => {
      const rulesOfFirst = firewallRules(bridgeOf(directoriesOf(process.env)));
      const engine = bringUp(second);
      const { range } = JSON.parse(readFileSync(`${second.runtime}/network.json`, 'utf8')) as EngineNetwork;
      expect(engine.socketPath).not.toBe(first.socketPath);
      expect(firewallRules(range.pool)).not.toEqual([]);

      testbed(second, 'down');
      expect(firewallRules(range.pool)).toEqual([]);
      expect(familyOf(readProcesses(), second.runtime)).toEqual([]);
      const left = [second.home, second.runtime, `/sys/class/net/${bridgeOf(second)}`].filter(existsSync);
      expect(left).toEqual([]);
      expect(firewallRules(bridgeOf(directoriesOf(process.env)))).toEqual(rulesOfFirst);
      expect(await engineVersion(first.socketPath)).toBe(first.version);
    },
    MINUTE,
  );

  it(
    'come up again after their engine was killed, and after their folder was deleted',
    async () => {
      const { socketPath } = bringUp(second);
      process.kill(Number(readFileSync(enginePlaces(second).processFile, 'utf8')), 'SIGKILL');
      expect(bringUp(second).socketPath).toBe(socketPath);
      spawnSync('rm', ['-rf', second.home]);
      expect(hasData(second)).toBe(false);
      expect(bringUp(second).socketPath).toBe(socketPath);
      expect(await engineVersion(socketPath)).toBeDefined();
    },
    MINUTE,
  );
});

const bridgeOf = ({ identity }: Directories) => `cicd-${identity}`;

function bringUp(bed: Directories): EngineFacts {
  testbed(bed, 'up', 'engine');
  const record = readState(bed).parts['engine'];
  expect(record).toMatchObject({ status: 'ready' });
  return (record as { facts: EngineFacts }).facts;
}

function testbed(bed: Directories, ...words: string[]): void {
  const environment = { ...process.env, CICD_TESTBED_DIR: bed.home };
  const run = spawnSync(process.execPath, [main, ...words], { encoding: 'utf8', env: environment });
  expect({ status: run.status, stderr: run.status === 0 ? '' : run.stderr }).toEqual({ status: 0, stderr: '' });
}

/** The rules that mention a bridge or a range, in their order and without the counters. */
function firewallRules(mentioned: string): string[] {
  // Not on everybody's path.
  const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
  const saved = spawnSync('iptables-save', { encoding: 'utf8', env: { ...process.env, PATH } });
  expect(saved.status).toBe(0);
  return saved.stdout.split('\n').filter((line) => line.startsWith('-A') && line.split(' ').includes(mentioned));
}
