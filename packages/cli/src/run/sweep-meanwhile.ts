import { styleText } from 'node:util';
import { sweep, systemClock, type Platform } from '@cicd/platform';
import type { SandboxDriver } from '@cicd/plugin';

/** Cleans up while a run goes on; resolves when that is done. What cannot be removed is for the next time. */
export async function sweepMeanwhile(platform: Platform, driver: SandboxDriver): Promise<void> {
  try {
    await sweep(platform, driver, systemClock);
  } catch (error) {
    const warning = styleText('yellow', 'warning', { stream: process.stderr });
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${warning}: what earlier runs left could not be cleaned up: ${reason}\n`);
  }
}
