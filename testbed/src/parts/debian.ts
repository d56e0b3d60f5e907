import { debianContent, debianRoot } from '../images/debian-root.ts';
import { imagePart } from '../images/image-part.ts';

/** A small Debian with bash and the GNU tools. */
export const debian = imagePart('debian', 'image debian slim', [
  {
    names: ['debian:bookworm-slim', 'debian:12-slim'],
    command: ['bash'],
    content: debianContent,
    root: debianRoot,
  },
]);
