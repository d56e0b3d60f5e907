import { chooseSandbox, dataFolderPath, reserveRun, type ChosenSandbox } from '@cicd/platform/local';
import type { Sandbox } from '@cicd/plugin';
import { causeExitCode } from '../run-exit-code.ts';
import type { RunCommandOptions } from './run-options.ts';
import { onSignals } from './signals.ts';

/** The sandbox of a run to come, which the engine makes while the pipeline is checked. */
export interface SandboxOfRun {
  readonly chosen: Promise<ChosenSandbox>;
  /** Resolves when the sandbox was asked for, or cannot be had. */
  readonly underway: Promise<void>;
  /** The run has begun: from now on it answers to signals, and closes what it was given. */
  handOver(): void;
  /** Closes the driver and, when no run took it over, the sandbox. */
  close(): Promise<void>;
}

/**
 * Asks for the sandbox at once. Whoever awaits `chosen` hears of a failure; until the run takes over, a signal ends
 * the command, which leaves nothing behind.
 */
export function openSandboxOfRun(id: string, options: RunCommandOptions): SandboxOfRun {
  const dataFolder = dataFolderPath({ flag: options.dataDir, env: process.env });
  const privateNetwork = options.network === 'private';
  const chosen = chooseSandbox(options.sandbox, { dataFolder, env: process.env, privateNetwork });
  const opening: Promise<Sandbox> = chosen.then(({ driver }) => {
    reserveRun(dataFolder, id);
    return driver.open(id);
  });
  // The run asks again, and hears of the failure.
  opening.catch(() => {});
  let isOurs = true;
  const close = async () => {
    // What could not be opened has left nothing, and was told where it was awaited.
    const sandbox = await opening.catch(() => undefined);
    if (!sandbox) return;
    if (isOurs) await sandbox.close();
    await (await chosen).driver.close();
  };
  const restore = onSignals((cause) => void close().finally(() => process.exit(causeExitCode[cause])));
  return {
    chosen,
    underway: chosen.then(
      () => {},
      () => {},
    ),
    handOver() {
      isOurs = false;
      restore();
    },
    close,
  };
}
