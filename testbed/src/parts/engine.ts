import { existsSync, readFileSync } from 'node:fs';
import type { Bed } from '../bed.ts';
import { engineVersion } from '../engine/client.ts';
import { canHaveOwn, chooseEngine, distributionOf, socketsToTry, type Machine } from '../engine/choice.ts';
import { startOwnEngine } from '../engine/own-engine.ts';
import { enginePlaces, hasData } from '../engine/places.ts';
import { removeOwnEngine } from '../engine/own-engine-removal.ts';
import { installPackages } from '../packages.ts';
import { MissingPart, type Part } from '../part.ts';

/** How to reach the container engine. */
export interface EngineFacts {
  readonly socketPath: string;
  /** The same as a value for `DOCKER_HOST`. */
  readonly dockerHost: string;
  readonly version: string;
  /** `own` is the bed's and ends with it; `found` is the machine's and is left as it was. */
  readonly origin: 'own' | 'found';
}

/** A container engine that speaks Docker's API. */
export const engine: Part<'engine', EngineFacts> = {
  name: 'engine',
  description: 'container engine',
  needs: [],
  async check(bed) {
    const choice = chooseEngine(await look(bed));
    if (choice.engine === 'none') return undefined;
    if (choice.engine === 'own' && !hasData(bed.directories)) return undefined;
    const socketPath = choice.engine === 'own' ? enginePlaces(bed.directories).socket : choice.socketPath;
    const version = await engineVersion(socketPath);
    return version === undefined ? undefined : facts(socketPath, version, choice.engine);
  },
  async up(bed) {
    const choice = chooseEngine(await look(bed));
    if (choice.engine === 'none') throw new MissingPart(choice.reason, choice.hint);
    if (choice.engine === 'found') {
      const version = await engineVersion(choice.socketPath);
      if (version === undefined) throw new MissingPart(`the engine at ${choice.socketPath} stopped answering`);
      return facts(choice.socketPath, version, 'found');
    }
    await installPackages(bed, { dockerd: 'docker.io', iptables: 'iptables', ip: 'iproute2' });
    return facts(enginePlaces(bed.directories).socket, await startOwnEngine(bed), 'own');
  },
  async down(bed) {
    if (ownEngineIsPossible()) await removeOwnEngine(bed);
  },
  environment: ({ dockerHost }) => ({ DOCKER_HOST: dockerHost }),
};

/** Whether this machine can be given an engine of the bed's own. */
export const ownEngineIsPossible = (): boolean => canHaveOwn(machineOf());

function facts(socketPath: string, version: string, origin: EngineFacts['origin']): EngineFacts {
  return { socketPath, dockerHost: `unix://${socketPath}`, version, origin };
}

async function look(bed: Bed): Promise<Machine> {
  const machine = machineOf();
  if (canHaveOwn(machine)) return { ...machine, answering: [] };
  const answering: string[] = [];
  for (const socketPath of socketsToTry(bed.environment)) {
    if ((await engineVersion(socketPath)) !== undefined) answering.push(socketPath);
  }
  return { ...machine, answering };
}

function machineOf(): Pick<Machine, 'distribution' | 'isRoot'> {
  const osRelease = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return { distribution: distributionOf(osRelease), isRoot: process.getuid?.() === 0 };
}
