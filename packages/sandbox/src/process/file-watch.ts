import { watch } from 'node:fs';

/** Waits for changes of a folder without polling: changes between two waits are not missed. */
export interface FolderWatch {
  /** Resolves at the next change, or at once when there was one since the last call. */
  changed(): Promise<void>;
  close(): void;
}

export function watchFolder(folder: string): FolderWatch {
  let pending = true;
  let wake: (() => void) | undefined;
  const notify = () => {
    pending = true;
    wake?.();
  };
  const watcher = watch(folder, notify);
  // The folder may be removed under us: whoever waits looks for itself.
  watcher.on('error', notify);
  return {
    async changed() {
      if (!pending) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
      pending = false;
    },
    close() {
      watcher.close();
      notify();
    },
  };
}
