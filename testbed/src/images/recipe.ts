import type { Bed } from '../bed.ts';
import { shortDigest } from '../short-digest.ts';

/** How to make an image from packages of the machine's distribution and of npm, without an image registry. */
export interface ImageRecipe {
  /** The names under which examples use the image; the first is the one that tests are given. */
  readonly names: readonly [string, ...string[]];
  /** What the image runs when it is told nothing. */
  readonly command: readonly string[];
  /** Variables of the image, beside the search path. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What goes in, in words; a change makes every bed build the image again. */
  readonly content: string;
  /** Makes the folder that becomes the root of the image's files. */
  root(bed: Bed): Promise<string>;
}

/** The label on built images that says which recipe made them. */
export const RECIPE_LABEL = 'cicd.testbed.recipe';

/** The label on built images that says which bed made them. */
export const BED_LABEL = 'cicd.testbed.bed';

/** Changes with what the recipe makes. */
export function recipeDigest({ content, command, environment }: ImageRecipe): string {
  return shortDigest(JSON.stringify([content, command, environment ?? {}]));
}

/** An image that the engine has: pulled by anyone, or built by a bed. */
export interface PresentImage {
  readonly labels: Readonly<Record<string, string>>;
}

/** Whether a present image will do: one from a registry always, one that a bed built while its recipe is unchanged. */
export function isCurrent(image: PresentImage | undefined, recipe: ImageRecipe): boolean {
  if (image === undefined) return false;
  const madeBy = image.labels[RECIPE_LABEL];
  return madeBy === undefined || madeBy === recipeDigest(recipe);
}
