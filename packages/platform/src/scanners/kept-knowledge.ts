import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { KnowledgeCopy, ScannerKnowledge } from '@cicd/plugin';

/** `p/NAME` is a pack; the others are databases. */
const names = /^(p\/[A-Za-z0-9][A-Za-z0-9._-]*|trivy|grype)$/;

interface KeptFile {
  /** Relative to the folder, `/` between the segments. */
  readonly name: string;
  readonly changed: number;
}

/**
 * Rule packs and databases as files of a folder: `packs/NAME.yml` or `packs/NAME/` for `p/NAME`, `trivy/` (with `db/` in
 * it), `grype/` (with `6/`). What is no file is left out. The version is the digest of all of it.
 */
export function keptKnowledge(folder: string): ScannerKnowledge {
  return {
    place: folder,
    async get(name) {
      if (!names.test(name)) return undefined;
      const below = name.startsWith('p/') ? path.join(folder, 'packs') : folder;
      const own = name.replace(/^p\//, '');
      const whole = path.join(below, own);
      const single = [`${own}.yml`, `${own}.yaml`].find((file) => existsSync(path.join(below, file)));
      if (existsSync(whole)) return copyOf(name, whole, await filesOf(whole, ''));
      if (name.startsWith('p/') && single !== undefined) {
        const { mtimeMs } = await stat(path.join(below, single));
        return copyOf(name, below, [{ name: single, changed: mtimeMs }]);
      }
      return undefined;
    },
  };
}

async function copyOf(name: string, folder: string, files: readonly KeptFile[]): Promise<KnowledgeCopy | undefined> {
  if (files.length === 0) return undefined;
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${file.name}\0`);
    for await (const part of createReadStream(path.join(folder, file.name))) hash.update(part as Uint8Array);
    hash.update('\0');
  }
  return {
    name,
    version: `sha256:${hash.digest('hex')}`,
    updatedAt: new Date(files.reduce((latest, { changed }) => Math.max(latest, changed), 0)).toISOString(),
    async archive() {
      const { archive } = await import('../source/archive.ts');
      return archive(
        folder,
        files.map((file) => file.name),
        false,
      );
    },
  };
}

async function filesOf(folder: string, below: string): Promise<readonly KeptFile[]> {
  const entries = await readdir(path.join(folder, below), { withFileTypes: true });
  const files: KeptFile[] = [];
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const name = path.posix.join(below, entry.name);
    if (entry.isDirectory()) files.push(...(await filesOf(folder, name)));
    else if (entry.isFile()) files.push({ name, changed: (await stat(path.join(folder, name))).mtimeMs });
  }
  return files;
}
