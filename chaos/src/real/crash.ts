import { writeFileSync } from 'node:fs';
import { failpoints, type Failpoint, type Pass } from '../failpoints/failpoint.ts';

const never = new Promise<never>(() => {});

/** Where a process dies: at its n-th failpoint, from 0; or when it passes one of that name for the n-th time, from 1. */
export type CrashPlace = number | { readonly failpoint: string; readonly time: number };

/** Reads `17`, `store.append.after` and `store.append.after/3`. */
export function readCrashPlace(text: string): CrashPlace {
  if (/^\d+$/.test(text)) return Number(text);
  const [failpoint = '', time = '1'] = text.split('/');
  if (!failpoints.some((name) => name === failpoint)) throw new TypeError(`there is no failpoint ${failpoint}`);
  return { failpoint, time: Number(time) };
}

/**
 * Ends this process with SIGKILL at a failpoint, whose name it leaves in a file. Without `at` it leaves the number of
 * failpoints that it has passed so far, each time.
 */
export function crashAt(at: CrashPlace | undefined, file: string): Pass {
  let passed = 0;
  let matched = 0;
  const isReached = (failpoint: Failpoint) => {
    if (typeof at === 'number') return passed - 1 === at;
    if (at?.failpoint !== failpoint) return false;
    matched += 1;
    return matched === at.time;
  };
  return (failpoint) => {
    passed += 1;
    if (at === undefined) writeFileSync(file, String(passed));
    if (!isReached(failpoint)) return undefined;
    // What dies has reached the disk before it dies.
    writeFileSync(file, failpoint, { flush: true });
    process.kill(process.pid, 'SIGKILL');
    return never;
  };
}
