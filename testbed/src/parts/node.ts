import { imagePart } from '../images/image-part.ts';
import { nodeContent, nodeRoot } from '../images/node-root.ts';
import type { ImageRecipe } from '../images/recipe.ts';

const nodeImage = (node: number, npm: number): ImageRecipe => ({
  names: [`node:${node}-slim`],
  command: ['node'],
  // Behind a proxy with its own certificate npm needs what the machine trusts.
  environment: { NODE_USE_SYSTEM_CA: '1' },
  content: nodeContent(node, npm),
  root: (bed) => nodeRoot(bed, node, npm),
});

/** Two versions of Node, with npm. */
export const node = imagePart('node', 'images node 24 and 22 slim', [nodeImage(24, 11), nodeImage(22, 10)]);
