import { imageNotFound, parseImageReference } from '@cicd/plugin';
import type { EngineClient } from '../../engine/engine-client.ts';
import { EngineRefusal } from '../../engine/engine-refusal.ts';
import { imagePath } from './image-details.ts';

/** Errors: `image.reference_invalid`, `image.not_found`. */
export async function tagImage(client: EngineClient, image: string, reference: string): Promise<void> {
  const { registry, repository, tag = 'latest' } = parseImageReference(reference);
  const repo = registry === undefined ? repository : `${registry}/${repository}`;
  try {
    await client.done('POST', `${imagePath(image)}/tag`, { query: { repo, tag } });
  } catch (error) {
    throw error instanceof EngineRefusal && error.status === 404 ? imageNotFound(image) : error;
  }
}
