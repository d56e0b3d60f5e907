import { CicdError, type SandboxDriver, type SandboxEngine } from '@cicd/plugin';
import { openDataFolder } from './data-folder/data-folder.ts';
import { openInstance } from './data-folder/instance.ts';

/** `docker`: a container engine or an error. `process`: plain processes. `auto`: an engine when one answers. */
export type SandboxChoice = 'docker' | 'process' | 'auto';

export interface ChosenSandbox {
  readonly driver: SandboxDriver;
  readonly engine: SandboxEngine;
  /** What a user must know about the choice: no isolation. */
  readonly warning?: string;
}

export interface SandboxChoiceOptions {
  /** Its instance labels and names everything on the engine; created when missing. */
  readonly dataFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether containers go through a network of the instance on which none reaches another. Default false. */
  readonly privateNetwork?: boolean;
}

const noIsolation =
  'Steps run as plain processes of this machine, with your rights: there is no isolation, and images, limits and network settings are ignored.';

async function openDocker({ dataFolder, env, privateNetwork = false }: SandboxChoiceOptions): Promise<ChosenSandbox> {
  const { root } = openDataFolder(dataFolder);
  const { createDockerDriver, dockerConfigAuth } = await import('@cicd/sandbox');
  const instance = openInstance(root).id;
  const driver = createDockerDriver({ instance, privateNetwork, env, registryAuth: dockerConfigAuth(env) });
  return { driver, engine: await driver.check() };
}

async function openProcesses({ dataFolder }: SandboxChoiceOptions): Promise<ChosenSandbox> {
  const { root, processes } = openDataFolder(dataFolder);
  const { createProcessDriver } = await import('@cicd/sandbox/process');
  const driver = createProcessDriver({ folder: processes, instance: openInstance(root).id });
  return { driver, engine: await driver.check(), warning: noIsolation };
}

/** Opens the sandbox a user chose. Only `auto` falls back to processes. Errors: `sandbox.unavailable`. */
export async function chooseSandbox(choice: SandboxChoice, options: SandboxChoiceOptions): Promise<ChosenSandbox> {
  if (choice === 'process') return openProcesses(options);
  try {
    return await openDocker(options);
  } catch (error) {
    const unavailable = CicdError.isInstance(error) && error.code === 'sandbox.unavailable';
    if (choice === 'docker' || !unavailable) throw error;
    const fallback = await openProcesses(options);
    return { ...fallback, warning: `No container engine answers. ${noIsolation}` };
  }
}
