import { busyboxContent, busyboxRoot } from '../images/busybox-root.ts';
import { imagePart } from '../images/image-part.ts';
import type { ImageRecipe } from '../images/recipe.ts';

export const busyboxRecipe: ImageRecipe = {
  names: ['busybox:latest', 'busybox:1.36'],
  command: ['sh'],
  content: busyboxContent,
  root: busyboxRoot,
};

/** The smallest image with a shell. */
export const busybox = imagePart('busybox', 'image busybox', [busyboxRecipe]);
