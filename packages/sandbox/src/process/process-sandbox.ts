import { existsSync, mkdirSync } from 'node:fs';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  checkProcessConfig,
  nameTaken,
  relativeToWorkspace,
  type ProcessConfig,
  type Sandbox,
  type SandboxCapabilities,
} from '@cicd/plugin';
import { folderWorkspace, type FolderWorkspace } from './folder-workspace.ts';
import { plainProcess, type LaunchPlan } from './plain-process.ts';
import { checkName, folderName, processFolder, type RunFolder } from './run-folder.ts';

export const capabilities: SandboxCapabilities = {
  isolation: false,
  images: false,
  limits: false,
  networkModes: false,
  separateStreams: false,
  users: false,
  terminals: false,
  services: false,
};

/** Where a process begins: in its working directory of the workspace, or in its private folder. */
async function directoryOf(config: ProcessConfig, runtime: string): Promise<{ cwd: string; workspace?: string }> {
  if (config.workspace === 'none') return { cwd: runtime };
  const { folder } = config.workspace as FolderWorkspace;
  if (!existsSync(folder)) throw nameTaken(`${folder} (dropped)`);
  const cwd = path.join(folder, relativeToWorkspace(config.workDir ?? '/workspace'));
  await mkdir(cwd, { recursive: true });
  return { cwd, workspace: folder };
}

export function processSandbox(run: string, folder: RunFolder): Sandbox {
  const workspace = folderWorkspace(folder.workspace);
  const open = () => {
    for (const each of [folder.workspace, folder.processes, folder.home, folder.temporary])
      mkdirSync(each, { recursive: true, mode: 0o700 });
  };
  open();

  return {
    run,
    workspace,
    async copyWorkspace(name, { from = workspace, keep = false } = {}) {
      const copy = path.join(folder.copies, folderName(checkName(name)), 'workspace');
      if (keep && existsSync(copy)) return folderWorkspace(copy);
      await mkdir(path.dirname(copy), { recursive: true, mode: 0o700 });
      if (from === 'nothing') {
        await rm(copy, { recursive: true, force: true });
        await mkdir(copy, { mode: 0o700 });
      } else {
        await cp((from as FolderWorkspace).folder, copy, {
          recursive: true,
          verbatimSymlinks: true,
          preserveTimestamps: true,
        });
      }
      return folderWorkspace(copy);
    },
    async dropWorkspace(dropped) {
      const { folder: dropFolder } = dropped as FolderWorkspace;
      if (dropFolder !== folder.workspace) await rm(path.dirname(dropFolder), { recursive: true, force: true });
    },
    prepare: async () => {},
    async create(config) {
      checkProcessConfig('process', capabilities, config);
      const files = processFolder(folder, config.key);
      try {
        await mkdir(files.root, { mode: 0o700 });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        throw nameTaken(path.basename(files.root));
      }
      await mkdir(files.runtime, { recursive: true, mode: 0o700 });
      const directory = await directoryOf(config, files.runtime);
      const plan: LaunchPlan = {
        command: config.command,
        cwd: directory.cwd,
        input: config.input ?? new Uint8Array(),
        env: {
          PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
          LANG: 'C.UTF-8',
          HOME: folder.home,
          TMPDIR: folder.temporary,
          ...config.env,
          ...(directory.workspace === undefined ? {} : { CICD_WORKSPACE: directory.workspace }),
          CICD_RUNTIME_DIR: files.runtime,
        },
      };
      return plainProcess(config.key, files, directory.workspace ?? folder.workspace, plan);
    },
    async attach(key) {
      const files = processFolder(folder, key);
      return existsSync(files.root) ? plainProcess(key, files, folder.workspace) : undefined;
    },
    async close({ keepWorkspace = false, keepCopies = [] } = {}) {
      if (!existsSync(folder.root)) return;
      const left = existsSync(folder.processes) ? await readdir(folder.processes) : [];
      await Promise.all(
        left.map((name) => plainProcess(keyOf(name), processFolder(folder, keyOf(name)), folder.workspace).remove()),
      );
      const kept = new Set(keepCopies.map(folderName));
      const copies = existsSync(folder.copies) ? await readdir(folder.copies) : [];
      const dropped = copies.filter((name) => !kept.has(name)).map((name) => path.join(folder.copies, name));
      const gone = keepWorkspace ? [...dropped, folder.processes, folder.home, folder.temporary] : [folder.root];
      for (const each of gone) await rm(each, { recursive: true, force: true });
    },
  };
}

/** The key that a process's folder is named after. */
function keyOf(name: string): { step: string; attempt: number } {
  const at = name.indexOf('-');
  return { attempt: Number(name.slice(0, at)), step: decodeURIComponent(name.slice(at + 1)) };
}
