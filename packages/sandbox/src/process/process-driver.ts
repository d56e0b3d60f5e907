import { existsSync, mkdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { SandboxDriver } from '@cicd/plugin';
import { capabilities, processSandbox } from './process-sandbox.ts';
import { checkName, runFolder } from './run-folder.ts';

export interface ProcessDriverOptions {
  /** Where workspaces, output and exit codes lie; created when missing, for its owner only. */
  readonly folder: string;
  /** Keeps the runs of several instances in one folder apart. */
  readonly instance: string;
}

/**
 * Runs steps as plain processes of this machine, with the rights of whoever runs us: no isolation, no images, no
 * limits. For trusted pipelines only. Each process leads a group of its own, gets a clean environment, and writes
 * output and exit code to files, so that it outlives us and is found again.
 */
export function createProcessDriver(options: ProcessDriverOptions): SandboxDriver {
  const root = path.join(path.resolve(options.folder), checkName(options.instance));
  const runs = async (): Promise<string[]> => (existsSync(root) ? [...(await readdir(root))].toSorted() : []);
  return {
    specVersion: 'v1',
    name: 'process',
    capabilities,
    check: async () => ({ name: 'processes', version: os.release(), address: root }),
    async open(run) {
      mkdirSync(root, { recursive: true, mode: 0o700 });
      return processSandbox(run, runFolder(root, run));
    },
    runs,
    async sweep(choose) {
      const dead = await choose(await runs());
      for (const run of dead) await processSandbox(run, runFolder(root, run)).close();
      return [...dead];
    },
    close: async () => {},
  };
}
