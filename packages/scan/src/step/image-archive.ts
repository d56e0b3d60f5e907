import type { Readable } from 'node:stream';
import type { StepContext } from '@cicd/plugin';

/** An image as `docker save` writes it. */
export interface ImageArchive {
  /** Bytes. */
  readonly size: number;
  readonly stream: Readable;
}

/** Errors: `artifact.not_found`. */
export async function storedImage({ artifacts }: StepContext, key: string): Promise<ImageArchive> {
  const { artifact, stream } = await artifacts.get(key);
  return { size: artifact.size, stream };
}

/**
 * An image of the engine, fetched when it is not there. It is read twice, since an archive names the size of a file before
 * its content, and nothing of an image's size is held or stored here. Errors: `sandbox.image_missing`.
 */
export async function exportedImage({ images, signal, log }: StepContext, image: string): Promise<ImageArchive> {
  const { id } = (await images.inspect(image)) ?? (await images.pull(image, { signal }));
  await log.info(`image ${image}: ${id}`);
  let size = 0;
  // By its id: a name may mean another image by the second time.
  for await (const part of await images.export(id, { signal })) size += (part as Uint8Array).byteLength;
  return { size, stream: await images.export(id, { signal }) };
}
