import type { Readable } from 'node:stream';

/**
 * A folder that the processes of a run share. Paths are absolute and begin with `/workspace`, whatever the sandbox;
 * a path that leaves it after resolution: `sandbox.path_refused`.
 */
export interface Workspace {
  readonly id: string;
  /** Where it lies, when that is a folder of this machine. */
  readonly folder?: string;
  /**
   * Unpacks a tar stream into `destination` (created when missing). It is read to its end before (`checkedArchive`):
   * one with an entry that is absolute, climbs with `..`, is a link out of the destination or no file, folder or link
   * at all, one that is cut short or compressed, is refused whole with an `archive.*` error, and nothing is changed.
   */
  copyIn(archive: Readable, destination: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * A tar stream of one file or folder. Entry names begin with the last segment of `source` (`dist/…`), as the
   * Docker Engine API does it; `/workspace` itself yields `workspace/…`. Missing: `sandbox.path_not_found`.
   */
  copyOut(source: string, options?: { readonly signal?: AbortSignal }): Promise<Readable>;
  /** Bytes that its files take; undefined when that cannot be told in reasonable time. */
  measure(): Promise<number | undefined>;
}
