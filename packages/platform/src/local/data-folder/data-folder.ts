import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** What decides where the data folder lies. */
export interface DataFolderChoice {
  /** `--data-dir`. */
  readonly flag?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The data folder: the flag, else `CICD_DATA_DIR`, else `$XDG_DATA_HOME/cicd`, else `~/.local/share/cicd`. Absolute. */
export function dataFolderPath({ flag, env }: DataFolderChoice): string {
  const chosen = flag || env['CICD_DATA_DIR'];
  if (chosen) return path.resolve(chosen);
  const base = env['XDG_DATA_HOME'] || path.join(env['HOME'] || os.homedir(), '.local', 'share');
  return path.join(base, 'cicd');
}

/** Where each kind of data lies inside. */
export interface DataFolder {
  readonly root: string;
  readonly database: string;
  /** What the operator lets steps use outside of their run; need not exist. */
  readonly settings: string;
  readonly logs: string;
  readonly artifacts: string;
  /** Its time is when artifacts were last looked at for their expiry; need not exist. */
  readonly artifactsExpired: string;
  /** Contents of what steps keep between runs. */
  readonly caches: string;
  /** Workspaces and output of the process sandbox. */
  readonly processes: string;
  /** Runs that are about to begin. */
  readonly reserved: string;
  /** Which processes use the folder now. */
  readonly owners: string;
  /** What wraps the keys of the secrets, unless the operator keeps that elsewhere. */
  readonly keys: string;
  /** Rule packs and databases that scanners go by; need not exist. */
  readonly scanners: string;
  /** Short-lived files, in a folder for each process. */
  readonly temporary: string;
}

/** Creates what is missing, readable by its owner only. */
export function openDataFolder(root: string): DataFolder {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  return {
    root,
    database: path.join(root, 'cicd.db'),
    settings: path.join(root, 'settings.yaml'),
    logs: path.join(root, 'logs'),
    artifacts: path.join(root, 'artifacts'),
    artifactsExpired: path.join(root, 'artifacts-expired'),
    caches: path.join(root, 'caches'),
    processes: path.join(root, 'processes'),
    reserved: path.join(root, 'reserved'),
    owners: path.join(root, 'owners'),
    keys: path.join(root, 'keys'),
    scanners: path.join(root, 'scanners'),
    temporary: path.join(root, 'temporary'),
  };
}
