import {
  formatImageReference,
  imageNotFound,
  parseImageReference,
  StepFailure,
  type PushedImage,
  type TransferOptions,
} from '@cicd/plugin';
import type { EngineClient } from '../../engine/engine-client.ts';
import { EngineRefusal } from '../../engine/engine-refusal.ts';
import { imagePath, inspectImage } from './image-details.ts';
import { registryHeader, registryOf, type RegistryAuth, type RegistryAuthSource } from './registry-auth.ts';

/** Credentials given for one transfer, else what is configured for the registry. */
export async function authFor(
  reference: string,
  { credentials }: TransferOptions,
  configured: RegistryAuthSource,
): Promise<RegistryAuth | undefined> {
  return credentials ? { ...credentials, serveraddress: registryOf(reference) } : configured(reference);
}

interface PushResult {
  readonly Digest?: string;
}

/** The engine answers 200 and hides a refusal in the stream; `told` finds it. Errors: as `Images.push` says. */
export async function pushImage(
  client: EngineClient,
  reference: string,
  auth: RegistryAuth | undefined,
  { signal, onProgress }: TransferOptions,
): Promise<PushedImage> {
  const parsed = parseImageReference(reference);
  const { registry, repository, tag = 'latest' } = parsed;
  const name = registry === undefined ? repository : `${registry}/${repository}`;
  // Some engines ask the registry before they look for the image.
  if (!(await inspectImage(client, reference, signal))) throw imageNotFound(reference);
  let result: PushResult | undefined;
  try {
    await client.told(
      'POST',
      `${imagePath(name)}/push`,
      // Engines want the header also where there are no credentials.
      { query: { tag }, headers: { 'x-registry-auth': registryHeader(auth ?? {}) }, signal },
      ({ id, status, progress, aux }) => {
        const told = aux as PushResult | undefined;
        if (told?.Digest !== undefined) result = told;
        if (status !== undefined && progress === undefined) onProgress?.(id ? `${id}: ${status}` : status);
      },
    );
  } catch (error) {
    if (!(error instanceof EngineRefusal)) throw error;
    throw refused(formatImageReference(parsed), registryOf(reference), error.answer, auth !== undefined);
  }
  if (result?.Digest === undefined)
    throw refused(formatImageReference(parsed), registryOf(reference), 'nothing: no digest came back', true);
  return { digest: result.Digest };
}

const refused = (image: string, registry: string, words: string, withCredentials: boolean): StepFailure =>
  new StepFailure({
    code: 'image.push_refused',
    message: `The image ${image} was not taken. ${registry} said: ${words}`,
    hint: withCredentials
      ? 'Check that the credentials are right, and that they may push to this repository.'
      : 'Give the credentials of the registry, when it asks for some, and check the name of the repository.',
    details: { image, registry },
  });
