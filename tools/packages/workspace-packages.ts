import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../commands/run.ts';

export interface WorkspacePackage {
  readonly name: string;
  readonly folder: string;
  /** Subpaths that can be imported: `.`, `./testing`. Empty for a command. */
  readonly entries: readonly string[];
  readonly commands: readonly string[];
}

interface Manifest {
  name: string;
  private?: boolean;
  exports?: Record<string, unknown>;
  bin?: Record<string, string>;
}

/** The packages that are published. */
export function publishedPackages(): readonly WorkspacePackage[] {
  const parent = path.join(repositoryRoot, 'packages');
  return fs.readdirSync(parent).flatMap((directory) => {
    const folder = path.join(parent, directory);
    const file = path.join(folder, 'package.json');
    if (!fs.existsSync(file)) return [];
    const manifest = JSON.parse(fs.readFileSync(file, 'utf8')) as Manifest;
    if (manifest.private) return [];
    const entries = Object.keys(manifest.exports ?? {}).filter((entry) => entry !== './package.json');
    return [{ name: manifest.name, folder, entries, commands: Object.keys(manifest.bin ?? {}) }];
  });
}
