import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Bed } from '../bed.ts';
import { ask, expectDone } from '../engine/client.ts';

const PATIENCE_MILLISECONDS = 3_000;
const REMEMBERED_MILLISECONDS = 24 * 60 * 60 * 1000;

/**
 * Tries to pull an image, and tells whether it is there now. A registry that says nothing within three seconds,
 * or refuses, counts as unreachable for a day: later pulls then cost nothing.
 */
export async function tryPull(bed: Bed, socketPath: string, name: string): Promise<boolean> {
  const file = path.join(bed.folder('images'), 'registry.json');
  if (isUnreachable(existsSync(file) ? readFileSync(file, 'utf8') : undefined, Date.now())) return false;
  const [repository = '', tag = 'latest'] = name.split(':');
  const query = new URLSearchParams({ fromImage: repository, tag }).toString();
  try {
    const request = { method: 'POST', path: `/images/create?${query}`, patience: PATIENCE_MILLISECONDS } as const;
    expectDone(await ask(socketPath, request), `pull ${name}`);
    bed.log.line(`pulled ${name}`);
    return true;
  } catch (error) {
    bed.log.line(`no image registry, so images are built: ${String(error)}`);
    writeFileSync(file, JSON.stringify({ unreachableAt: Date.now() }));
    return false;
  }
}

/** Whether what was remembered still says that no registry can be reached. */
export function isUnreachable(remembered: string | undefined, now: number): boolean {
  if (remembered === undefined) return false;
  const { unreachableAt } = JSON.parse(remembered) as { unreachableAt: number };
  return now - unreachableAt < REMEMBERED_MILLISECONDS;
}
