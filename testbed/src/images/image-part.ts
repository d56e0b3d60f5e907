import type { Bed } from '../bed.ts';
import { engine } from '../parts/engine.ts';
import { MissingPart, type Part } from '../part.ts';
import { findImage, importImage, removeBuiltImage } from './engine-images.ts';
import { tryPull } from './pull.ts';
import { isCurrent, type ImageRecipe } from './recipe.ts';

/** Images that the engine of the part `engine` has. */
export interface ImageFacts {
  /** The name to run; it is on the engine, so no registry is asked. */
  readonly image: string;
  /** Every name that can be run. */
  readonly images: readonly string[];
}

/** A part that is one or more images, pulled where a registry answers and built where none does. */
export function imagePart<Name extends string>(
  name: Name,
  description: string,
  recipes: readonly [ImageRecipe, ...ImageRecipe[]],
): Part<Name, ImageFacts> {
  const names = recipes.flatMap((recipe) => recipe.names);
  const facts: ImageFacts = { image: recipes[0].names[0], images: names };
  return {
    name,
    description,
    needs: [engine],
    async check(bed) {
      const socketPath = bed.facts(engine)?.socketPath;
      if (socketPath === undefined) return undefined;
      for (const recipe of recipes) if (!(await isPresent(socketPath, recipe))) return undefined;
      return facts;
    },
    async up(bed) {
      const socketPath = bed.facts(engine)?.socketPath;
      if (socketPath === undefined) throw new MissingPart('the container engine is not up');
      for (const recipe of recipes) {
        if (await isPresent(socketPath, recipe)) continue;
        if (await pullAll(bed, socketPath, recipe)) continue;
        await importImage(socketPath, recipe, await recipe.root(bed), bed.directories.identity);
      }
      return facts;
    },
    async down(bed) {
      const found = bed.facts(engine);
      if (found === undefined || found.origin === 'own') return; // an own engine takes its images along
      for (const image of names) await removeBuiltImage(found.socketPath, image, bed.directories.identity);
    },
  };
}

async function isPresent(socketPath: string, recipe: ImageRecipe): Promise<boolean> {
  const images = await Promise.all(recipe.names.map((name) => findImage(socketPath, name)));
  return images.every((image) => isCurrent(image, recipe));
}

async function pullAll(bed: Bed, socketPath: string, recipe: ImageRecipe): Promise<boolean> {
  for (const name of recipe.names) if (!(await tryPull(bed, socketPath, name))) return false;
  return true;
}
