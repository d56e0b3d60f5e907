import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import type { Workspace } from '@cicd/plugin';

/** Writes a stream of a known size as one file into the top of a folder, without holding it. */
export async function putFile(
  folder: Workspace,
  name: string,
  size: number,
  content: Readable,
  signal: AbortSignal,
): Promise<void> {
  const archive = pack();
  const entry = archive.entry({ name, size, mode: 0o644 }, (error) => {
    if (error) archive.destroy(error);
    else archive.finalize();
  });
  const written = pipeline(content, entry, { signal });
  // Whoever reads the archive hears of the failure as well.
  written.catch((error: unknown) => archive.destroy(error as Error));
  const read = Readable.from(archive as AsyncIterable<Uint8Array>, { objectMode: false });
  await Promise.all([folder.copyIn(read, '/workspace', { signal }), written]);
}
