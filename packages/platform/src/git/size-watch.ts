import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Milliseconds between two looks. */
const interval = 200;

/** Bytes of the files that lie in a folder, which may change while they are counted. */
export function folderSize(folder: string): number {
  let total = 0;
  for (const name of readdirSync(folder))
    total += lstatSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  return total;
}

/** Looks at a folder that Git writes to, which has no limit of its own, and tells once when it is over `bytes`. */
export function watchSize(folder: string, bytes: number, onExceeded: () => void): () => void {
  const timer = setInterval(() => {
    if (folderSize(folder) <= bytes) return;
    clearInterval(timer);
    onExceeded();
  }, interval);
  return () => clearInterval(timer);
}
