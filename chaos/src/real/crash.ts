import { writeFileSync } from 'node:fs';
import type { Pass } from '../failpoints/failpoint.ts';

const never = new Promise<never>(() => {});

/**
 * Ends this process with SIGKILL at its `at`-th failpoint (from 0), whose name it leaves in a file. Without `at` it
 * leaves the number of failpoints that it has passed so far, each time.
 */
export function crashAt(at: number | undefined, file: string): Pass {
  let passed = 0;
  return (failpoint) => {
    passed += 1;
    if (at === undefined) writeFileSync(file, String(passed));
    if (passed - 1 !== at) return undefined;
    // What dies has reached the disk before it dies.
    writeFileSync(file, failpoint, { flush: true });
    process.kill(process.pid, 'SIGKILL');
    return never;
  };
}
