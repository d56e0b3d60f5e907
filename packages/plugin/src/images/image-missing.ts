import { StepFailure } from '../errors/step-failure.ts';

/** The engine has no image of this name. */
export const imageNotFound = (image: string): StepFailure =>
  new StepFailure({
    code: 'image.not_found',
    message: `There is no image ${image} here.`,
    hint: 'Check the name, and that an earlier step built or pulled it.',
    details: { image },
  });
