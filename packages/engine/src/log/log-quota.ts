import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StepFailure } from '@cicd/plugin';
import { isSystemError } from './system-error.ts';

/** Counts what all logs of one run hold together. */
export interface RunQuota {
  /** How many of `bytes` more bytes may be stored; they count from now on. */
  take(bytes: number): number;
  exceeded(): StepFailure;
  release(): void;
}

/** The quotas of the runs that have a writer. */
export class LogQuotas {
  readonly #maxBytes: number;
  readonly #runs = new Map<string, { readonly used: Promise<{ bytes: number }>; writers: number }>();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** `folder` holds the logs of the run. */
  async of(folder: string): Promise<RunQuota> {
    const run = this.#runs.get(folder) ?? { used: measure(folder), writers: 0 };
    this.#runs.set(folder, run);
    run.writers += 1;
    const release = () => {
      run.writers -= 1;
      if (run.writers === 0) this.#runs.delete(folder);
    };
    try {
      const used = await run.used;
      return { take: (bytes) => this.#take(used, bytes), exceeded: () => quotaExceeded(this.#maxBytes), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  #take(used: { bytes: number }, bytes: number): number {
    const taken = Math.max(0, Math.min(bytes, this.#maxBytes - used.bytes));
    used.bytes += taken;
    return taken;
  }
}

async function measure(folder: string): Promise<{ bytes: number }> {
  const names = await readdir(folder, { recursive: true }).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) return [];
    throw error;
  });
  let bytes = 0;
  for (const name of names.filter((one) => one.endsWith('.log'))) bytes += (await stat(join(folder, name))).size;
  return { bytes };
}

function quotaExceeded(maxBytes: number): StepFailure {
  return new StepFailure({
    code: 'log.quota_exceeded',
    message: `the logs of this run have reached their quota of ${maxBytes} bytes`,
    hint: 'Let the step write less (a quiet flag, or its output into a file pushed as an artifact), or raise the quota of logs per run.',
    details: { maxBytes },
  });
}
