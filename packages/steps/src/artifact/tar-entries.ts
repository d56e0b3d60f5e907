import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header, type Pack } from 'tar-stream';

/** One entry of an archive. Its content must be read, or skipped with `resume`, before the next one comes. */
export interface TarEntry extends AsyncIterable<Uint8Array> {
  readonly header: Header;
  resume(): unknown;
}

/** The entries of an archive, one by one, with the backpressure of who reads them. A failure of the source is thrown. */
export async function* tarEntries(archive: Readable): AsyncGenerator<TarEntry> {
  const parser = extract();
  let failure: Error | undefined;
  archive.once('error', (error) => (failure = error));
  // A failure destroys the parser with the error, and so reaches the loop below: here it is only kept from being unhandled.
  pipeline(archive, parser as unknown as Writable).catch(() => undefined);
  for await (const entry of parser) {
    const { header } = entry;
    async function* content() {
      // An entry whose reading begins after the source has failed does not know why it cannot be read.
      try {
        yield* entry as unknown as AsyncIterable<Uint8Array>;
      } catch (error) {
        throw failure ?? (error as Error);
      }
      if (failure) throw failure;
    }
    yield { header, resume: () => entry.resume(), [Symbol.asyncIterator]: content };
  }
}

/** Adds an entry, its content as a stream, to an archive. Read to its end also where it is empty: the next entry waits for that. */
export async function addEntry(
  archive: Pack,
  header: Partial<Header> & Pick<Header, 'name'>,
  content: AsyncIterable<Uint8Array>,
): Promise<void> {
  const flushed = Promise.withResolvers<void>();
  const sink = archive.entry(header, (error) => (error ? flushed.reject(error) : flushed.resolve()));
  let wake = () => {};
  sink.on('drain', () => wake()).on('close', () => wake());
  // Its errors arrive at the callback too; without a listener they would be thrown as unhandled.
  sink.on('error', () => undefined);
  const write = async () => {
    try {
      for await (const chunk of content) {
        const mayGoOn = sink.write(chunk);
        if (sink.destroyed) return;
        if (!mayGoOn) await new Promise<void>((resolve) => (wake = resolve));
      }
      sink.end(null);
    } catch (error) {
      sink.destroy(error as Error);
      throw error;
    }
  };
  await Promise.all([write(), flushed.promise]);
}
