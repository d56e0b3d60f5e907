import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Bed } from '../bed.ts';
import { installPackages } from '../packages.ts';

const SOURCE = path.join(import.meta.dirname, 'trivy');

/** Where the database is; `db/` is in it. */
export const trivyDatabaseFolder = (bed: Bed): string => path.join(bed.folder('trivy'), 'cache-2');

export const hasTrivyDatabase = (bed: Bed): boolean => existsSync(trivyDatabaseFolder(bed));

/** Makes a vulnerability database that knows five weaknesses, two of them of npm packages that exist. */
export async function makeTrivyDatabase(bed: Bed): Promise<void> {
  if (hasTrivyDatabase(bed)) return;
  await installPackages(bed, { go: 'golang-go' });
  const work = bed.folder('trivy', 'build');
  for (const file of ['main.go', 'go.mod', 'go.sum']) copyFileSync(path.join(SOURCE, file), path.join(work, file));
  const environment = { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' };
  await bed.run('go', ['build', '-o', 'make-database', '.'], { folder: work, environment });
  const draft = path.join(bed.folder('trivy'), 'draft');
  rmSync(draft, { recursive: true, force: true });
  await bed.run(path.join(work, 'make-database'), [draft]);
  renameSync(draft, trivyDatabaseFolder(bed));
}
