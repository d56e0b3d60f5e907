import { parseImageReference, StepFailure, type ImageReference } from '@cicd/plugin';

const isId = (image: string): boolean => /^(sha256:)?[0-9a-f]{12,64}$/.test(image);

/**
 * What an image is called in a registry: `shop:1.4` in `registry.example.com/team` is
 * `registry.example.com/team/shop:1.4`. A registry that the name has already gives way. Errors:
 * `image.reference_invalid`.
 */
export function registryReference(image: string, registry: string | undefined): ImageReference {
  if (isId(image)) throw nameless(image);
  const own = parseImageReference(image);
  if (registry === undefined) return own;
  return { ...own, ...parseImageReference(`${registry}/${own.repository}`) };
}

const nameless = (image: string): StepFailure =>
  new StepFailure({
    code: 'image.reference_invalid',
    message: `${image} is an id, and does not say what the image is to be called in a registry.`,
    hint: 'Give the image a name with `tags:` of step.docker_build, and push that.',
  });
