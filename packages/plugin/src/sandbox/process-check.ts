import { asksForNothing } from '../grants/privileges.ts';
import { EngineError } from '../errors/engine-error.ts';
import { StepFailure } from '../errors/step-failure.ts';
import type { ProcessConfig } from './process.ts';
import type { SandboxCapabilities } from './sandbox.ts';
import { relativeToWorkspace } from './workspace-path.ts';

/**
 * What every driver checks before it creates a process: nothing is asked that it does not claim
 * (`sandbox.unsupported`), and the working directory is in the workspace (`sandbox.path_refused`).
 */
export function checkProcessConfig(driver: string, capabilities: SandboxCapabilities, config: ProcessConfig): void {
  const { privileges } = config;
  const asked: readonly (readonly [boolean, boolean, string])[] = [
    [
      config.memoryLimit !== undefined || config.cpuLimit !== undefined || config.pidsLimit !== undefined,
      capabilities.limits,
      'limits',
    ],
    [config.networkMode === 'none', capabilities.networkModes, 'a process without network'],
    [config.user !== undefined, capabilities.users, 'another user'],
    [config.workspaceAccess === 'read' || config.inputs !== undefined, capabilities.isolation, 'folders to read only'],
    [config.launch !== undefined, capabilities.images, 'programs of images'],
    [config.profile === 'strict', capabilities.users, 'the strict profile'],
    [(config.services?.length ?? 0) > 0, capabilities.services, 'services beside a step'],
    [privileges !== undefined && !asksForNothing(privileges), capabilities.isolation, 'privileges to grant'],
  ];
  const missing = asked.filter(([wanted, able]) => wanted && !able).map(([, , what]) => what);
  if (missing.length > 0) throw unsupported(driver, missing.join(', '));
  if (config.profile === 'strict' && privileges !== undefined && !asksForNothing(privileges))
    throw unsupported(driver, 'privileges in the strict profile');
  if (privileges?.hostNetwork && (config.services?.length ?? 0) > 0)
    throw unsupported(driver, 'services on the host’s network');
  if (config.workDir !== undefined) relativeToWorkspace(config.workDir);
}

export const unsupported = (driver: string, what: string): StepFailure =>
  new StepFailure({
    code: 'sandbox.unsupported',
    message: `The ${driver} sandbox has no ${what}.`,
    hint: 'Remove the setting, or run with Docker as the container engine (--sandbox docker).',
    details: { driver, what },
  });

/**
 * A process of this run, step and attempt exists already. Retryable: it may be what came of a creation whose answer was
 * lost, so whoever meets it looks what became of the attempt.
 */
export const nameTaken = (name: string): EngineError =>
  new EngineError({
    code: 'sandbox.name_taken',
    retryable: true,
    message: `A process named ${name} exists already.`,
    hint: 'Attach to it, or remove it first.',
    details: { name },
  });
