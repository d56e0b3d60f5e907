import { randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { EngineError } from '../errors/engine-error.ts';

const bytesInMemory = 4 * 2 ** 20;
const pieceBytes = 256 * 1024;

/**
 * Keeps a stream of any size until it is known whether it may be used: the first 4 MiB in memory, the rest in a
 * temporary file without a name, which goes with the process whatever becomes of it. Errors: `archive.spool_failed`.
 */
export class ArchiveSpool {
  readonly #pieces: Buffer[] = [];
  readonly #folder: string;
  #inMemory = 0;
  #inFile = 0;
  #file: FileHandle | undefined;

  constructor(folder = tmpdir()) {
    this.#folder = folder;
  }

  async write(piece: Buffer): Promise<void> {
    if (this.#file === undefined && this.#inMemory + piece.length <= bytesInMemory) {
      this.#pieces.push(piece);
      this.#inMemory += piece.length;
      return;
    }
    try {
      this.#file ??= await nameless(this.#folder);
      for (let written = 0; written < piece.length;) {
        const { bytesWritten } = await this.#file.write(piece, written, piece.length - written, this.#inFile);
        written += bytesWritten;
        this.#inFile += bytesWritten;
      }
    } catch (error) {
      throw spoolFailed(this.#folder, error);
    }
  }

  /** Everything that was written, once; it ends the spool, read to the end or not. */
  read(): Readable {
    const stream = Readable.from(this.#content(), { objectMode: false });
    // Not when the generator ends: one that was never begun has no end.
    stream.once('close', () => void this.close());
    return stream;
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#pieces.length = 0;
    await file?.close();
  }

  async *#content(): AsyncGenerator<Buffer> {
    for (const piece of this.#pieces) yield piece;
    for (let at = 0; this.#file !== undefined && at < this.#inFile;) {
      const piece = Buffer.allocUnsafe(Math.min(pieceBytes, this.#inFile - at));
      const { bytesRead } = await this.#file.read(piece, 0, piece.length, at);
      if (bytesRead === 0) throw spoolFailed(this.#folder, new Error('the temporary file is shorter than it was'));
      at += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
  }
}

async function nameless(folder: string): Promise<FileHandle> {
  const path = join(folder, `cicd-archive-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
  } catch (error) {
    await file.close();
    throw error;
  }
  return file;
}

const spoolFailed = (folder: string, cause: unknown): EngineError =>
  new EngineError({
    code: 'archive.spool_failed',
    message: `an archive could not be kept in ${folder} while it is checked: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'Free space there, or name another folder by TMPDIR.',
    retryable: true,
    cause,
  });
