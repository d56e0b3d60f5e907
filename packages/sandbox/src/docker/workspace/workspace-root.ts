import { Readable } from 'node:stream';
import { workspaceRoot } from '@cicd/plugin';
import { workspaceArchive } from '../../archive/workspace-archive.ts';
import { workspaceGroup } from '../container-config.ts';
import type { ArchiveContainer } from './archive-container.ts';

/**
 * The root of a volume, which belongs to nobody but root until it is opened to the users of the shared group. Each
 * unpacking costs the engine as much as a small process, so what fills a new workspace opens it by the way.
 */
export class WorkspaceRoot {
  readonly #container: ArchiveContainer;
  readonly #make: () => Promise<boolean>;
  #made: Promise<boolean> | undefined;
  #opened: Promise<void> | undefined;

  /** `make`: makes the volume unless it is there, and says whether it was new. It begins at once. */
  constructor(container: ArchiveContainer, make: () => Promise<boolean>) {
    this.#container = container;
    this.#make = make;
    void this.#isNew();
  }

  /** Resolves when users of the shared group can write in it: before, no process may start. */
  open(): Promise<void> {
    return this.#opened ?? this.#openBy((isNew) => this.#openIfNeeded(isNew));
  }

  /** Unpacks an archive in the root, and opens it. */
  async fill(archive: Readable, signal?: AbortSignal): Promise<void> {
    const put = (folder: string, below: readonly string[]) =>
      this.#container.put(folder, workspaceArchive(archive, { below, group: workspaceGroup }), signal);
    if (!this.#opened) return this.#openBy(() => put('/', [workspaceRoot.slice(1)]));
    await this.#opened;
    await put(workspaceRoot, []);
  }

  /** Takes over the whole of another root, opened as that is. */
  copy(archive: Readable, signal?: AbortSignal): Promise<void> {
    return this.#openBy(() => this.#container.put('/', archive, signal));
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#made, this.#opened]);
  }

  /** What fails is tried again by whoever asks next, and told to those who ask. */
  #isNew(): Promise<boolean> {
    if (!this.#made) {
      const made = (this.#made = this.#make());
      made.catch(() => {
        if (this.#made === made) this.#made = undefined;
      });
    }
    return this.#made;
  }

  async #openIfNeeded(isNew: boolean): Promise<void> {
    // An earlier life may have ended between making and opening it.
    if (!isNew && (await this.#container.stat(workspaceRoot))?.handsGroupOn) return;
    const nothing = workspaceArchive(Readable.from([]), { below: [workspaceRoot.slice(1)], group: workspaceGroup });
    await this.#container.put('/', nothing);
  }

  /** What fails is tried again by whoever asks next. */
  #openBy(work: (isNew: boolean) => Promise<void>): Promise<void> {
    const opened = this.#isNew().then(work);
    this.#opened = opened;
    opened.catch(() => (this.#opened = undefined));
    return opened;
  }
}
