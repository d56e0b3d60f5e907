import { existsSync } from 'node:fs';
import type { Bed } from '../bed.ts';
import { engineVersion } from '../engine/client.ts';
import { findImage, importImage } from '../images/engine-images.ts';
import { isCurrent } from '../images/recipe.ts';
import { installPackages } from '../packages.ts';
import { podmanPlaces } from '../podman/places.ts';
import { removePodman, startPodman } from '../podman/service.ts';
import { MissingPart, type Part } from '../part.ts';
import { busyboxRecipe } from './busybox.ts';
import { ownEngineIsPossible } from './engine.ts';

/** How to reach Podman, beside the container engine. Its containers have no way outside. */
export interface PodmanFacts {
  readonly socketPath: string;
  /** The same as a value for `DOCKER_HOST`. */
  readonly dockerHost: string;
  readonly version: string;
  /** An image with a shell that it has. */
  readonly image: string;
}

/** Podman's service of the bed's own, from Debian's package, with the image busybox. */
export const podman: Part<'podman', PodmanFacts> = {
  name: 'podman',
  description: 'Podman, with the image busybox',
  needs: [],
  async check(bed) {
    const { socket, configuration } = podmanPlaces(bed.directories);
    if (!existsSync(socket) || !existsSync(configuration)) return undefined;
    const version = await engineVersion(socket);
    return version !== undefined && (await hasImages(socket)) ? facts(bed, version) : undefined;
  },
  async up(bed) {
    if (!ownEngineIsPossible()) throw new MissingPart('Podman is installed and started by root on Debian or Ubuntu');
    const packages = { podman: 'podman', conmon: 'conmon', catatonit: 'catatonit', ip: 'iproute2' };
    await installPackages(bed, packages);
    const { socket } = podmanPlaces(bed.directories);
    const version = (await engineVersion(socket)) ?? (await startPodman(bed));
    if (!(await hasImages(socket)))
      await importImage(socket, busyboxRecipe, await busyboxRecipe.root(bed), bed.directories.identity);
    return facts(bed, version);
  },
  async down(bed) {
    if (ownEngineIsPossible()) await removePodman(bed);
  },
};

async function hasImages(socket: string): Promise<boolean> {
  const images = await Promise.all(busyboxRecipe.names.map((name) => findImage(socket, name)));
  return images.every((image) => isCurrent(image, busyboxRecipe));
}

function facts(bed: Bed, version: string): PodmanFacts {
  const { socket } = podmanPlaces(bed.directories);
  return { socketPath: socket, dockerHost: `unix://${socket}`, version, image: busyboxRecipe.names[0] };
}
