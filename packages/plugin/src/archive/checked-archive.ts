import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import { CicdError } from '../errors/cicd-error.ts';
import { ArchiveForm } from './archive-form.ts';
import { createArchiveGuard, defaultArchiveBytes, type ArchiveLimits } from './archive-guard.ts';
import { archiveTooLarge, malformedArchive } from './archive-refusal.ts';
import { ArchiveSpool } from './archive-spool.ts';

export interface CheckedArchiveOptions extends ArchiveLimits {
  readonly signal?: AbortSignal | undefined;
  /** Where what does not fit into memory is kept meanwhile. Default: the system's folder for temporary files. */
  readonly folder?: string;
}

/**
 * Reads a tar stream to its end before anything of it is unpacked, and returns it to be read again, so that a bad one
 * is refused whole. Its first 4 MiB stay in memory, the rest goes to a temporary file. Read or destroy what is
 * returned.
 *
 * Errors: `archive.entry_refused`, `archive.too_large`, `archive.malformed` (also for a compressed one),
 * `archive.spool_failed`, the signal's reason, and what the stream itself fails with.
 */
export async function checkedArchive(archive: Readable, options: CheckedArchiveOptions = {}): Promise<Readable> {
  const { signal, folder, ...limits } = options;
  const spool = new ArchiveSpool(folder);
  try {
    await check(archive, spool, limits, signal);
    return spool.read();
  } catch (error) {
    archive.destroy();
    await spool.close();
    throw signal?.aborted ? signal.reason : error;
  }
}

async function check(
  archive: Readable,
  spool: ArchiveSpool,
  limits: ArchiveLimits,
  signal: AbortSignal | undefined,
): Promise<void> {
  const mostBytes = limits.bytes ?? defaultArchiveBytes;
  const form = new ArchiveForm();
  const entries = extract();
  let failure: Error | undefined;
  async function* kept(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer> {
    let bytes = 0;
    try {
      for await (const given of source) {
        const piece =
          typeof given === 'string'
            ? Buffer.from(given)
            : Buffer.from(given.buffer, given.byteOffset, given.byteLength);
        bytes += piece.length;
        // Headers and names count too: they are kept like contents.
        if (bytes > withHeaders(mostBytes))
          throw archiveTooLarge(`With its headers it has more than ${withHeaders(mostBytes)} bytes.`);
        form.write(piece);
        await spool.write(piece);
        yield piece;
      }
      form.end();
    } catch (error) {
      failure ??= error as Error;
      throw error;
    }
  }
  const guarded = (async () => {
    const guard = createArchiveGuard(limits);
    for await (const entry of entries) {
      const { name, type, size = 0, linkname } = entry.header;
      try {
        guard({ name, type, size, linkName: linkname });
      } catch (error) {
        failure ??= error as Error;
        throw error;
      }
      entry.resume();
    }
  })();
  const read = pipeline(archive, kept, entries as unknown as Writable, { ...(signal && { signal }) });
  const [readTo, guardTo] = await Promise.allSettled([read, guarded]);
  if (readTo.status === 'fulfilled' && guardTo.status === 'fulfilled') return;
  if (failure !== undefined && !endedEarly(failure)) throw failure;
  const reason: unknown = readTo.status === 'rejected' ? readTo.reason : (guardTo as PromiseRejectedResult).reason;
  throw CicdError.isInstance(reason) ? reason : malformedArchive(reason);
}

/** Every file has a header of 512 bytes and is filled up to a multiple of them; names are limited of their own. */
const withHeaders = (bytes: number): number => 2 * bytes + 256 * 2 ** 20;

/** The source was given up without a word. */
const endedEarly = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
