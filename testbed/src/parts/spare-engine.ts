import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Bed } from '../bed.ts';
import { removeOwnEngine } from '../engine/own-engine-removal.ts';
import { MissingPart, type Part } from '../part.ts';
import { shortDigest } from '../short-digest.ts';
import { busybox } from './busybox.ts';
import { engine } from './engine.ts';

/** What `startSpareEngine` needs. */
export interface SpareEngineFacts {
  /** Where each spare engine has a folder of its own. */
  readonly home: string;
  /** The socket of an engine whose image busybox they are given. */
  readonly imagesFrom: string;
}

const folder = 'spare-engines';

/** Leave to start engines of one's own, which may be stopped and killed: none runs until a test starts it. */
export const spareEngine: Part<'spare-engine', SpareEngineFacts> = {
  name: 'spare-engine',
  description: 'engines to be stopped',
  needs: [engine, busybox],
  check: (bed) => Promise.resolve(factsOf(bed)),
  up(bed) {
    const facts = factsOf(bed);
    if (facts === undefined) throw new MissingPart('this machine cannot be given a container engine of its own');
    return Promise.resolve(facts);
  },
  async down(bed) {
    const home = path.join(bed.directories.home, folder);
    // A test that was killed may have left its engine.
    for (const name of existsSync(home) ? readdirSync(home) : [])
      await removeOwnEngine({ ...bed, directories: spareDirectories(path.join(home, name)) });
  },
};

function factsOf(bed: Bed): SpareEngineFacts | undefined {
  const facts = bed.facts(engine);
  return facts?.origin === 'own' ? { home: bed.folder(folder), imagesFrom: facts.socketPath } : undefined;
}

/** Of the engine in this folder. */
export function spareDirectories(home: string) {
  const identity = shortDigest(home).slice(0, 8);
  return { home, runtime: `/run/cicd-testbed-${identity}`, identity };
}
