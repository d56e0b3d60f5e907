import { parseByteSize, type Process, type ProcessConfig, type StepContext, type Workspace } from '@cicd/plugin';
import type { ScanSettings } from './scan-settings.ts';

/** Processes and threads: a scanner has a few for each core. */
const pidsLimit = 512;

/**
 * Starts a scanner: no network, no capability, not root, read-only root and workspace. After a crash it returns the process
 * that is there already.
 */
export function startScanner(
  { sandbox, config }: StepContext<ScanSettings>,
  { image, command, inputs }: { readonly inputs?: Workspace } & Pick<ProcessConfig, 'image' | 'command'>,
): Promise<Process> {
  return sandbox.start({
    image,
    command,
    ...(inputs && { inputs }),
    profile: 'strict',
    networkMode: 'none',
    workspaceAccess: 'read',
    pidsLimit,
    memoryLimit: parseByteSize(config.memory_limit),
    ...(config.cpu_limit !== undefined && { cpuLimit: config.cpu_limit }),
  });
}
