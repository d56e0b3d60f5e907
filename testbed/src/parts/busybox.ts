import { busyboxContent, busyboxRoot } from '../images/busybox-root.ts';
import { imagePart } from '../images/image-part.ts';

/** The smallest image with a shell. */
export const busybox = imagePart('busybox', 'image busybox', [
  {
    names: ['busybox:latest', 'busybox:1.36'],
    command: ['sh'],
    content: busyboxContent,
    root: busyboxRoot,
  },
]);
