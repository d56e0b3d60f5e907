import { noImages, StepFailure, type ImageBuild, type Images, type SandboxDriver } from '@cicd/plugin';
import type { Masker } from '../masking/masker.ts';

/**
 * The images of a driver, as a step may use them: nothing that the run keeps secret goes where the history of an image
 * shows it to whoever has the image. Errors: `image.secret_in_history`.
 */
export function attemptImages(driver: SandboxDriver, masker: Masker): Images {
  const images = driver.images ?? noImages(driver.name);
  return {
    ...images,
    async build(build, options) {
      const place = secretPlace(build, masker);
      if (place === undefined) return images.build(build, options);
      build.context.destroy();
      throw new StepFailure({
        code: 'image.secret_in_history',
        message: `A secret stands in ${place}, and would stay in the history of the image.`,
        hint: 'Give it as a build secret, and read it with RUN --mount=type=secret,id=NAME.',
      });
    },
  };
}

/** Where what is kept with the image holds a secret: `build_args.TOKEN`. */
function secretPlace({ buildArgs = {}, labels = {}, tags = [] }: ImageBuild, masker: Masker): string | undefined {
  const kept = { build_args: buildArgs, labels, tags: Object.fromEntries(tags.entries()) };
  for (const [field, values] of Object.entries(kept))
    for (const [name, value] of Object.entries(values as Readonly<Record<string, string>>))
      if (masker.text(value) !== value || masker.text(name) !== name) return `${field}.${masker.text(name)}`;
  return undefined;
}
