import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { describeSandbox } from '@cicd/plugin/testing';
import { describeWith } from '@cicd/testbed';
import { createDockerDriver } from '../../src/index.ts';

const runner = { describe, it, beforeAll, afterAll };

describeWith(['podman'], 'on Podman', ({ podman }) => {
  describeSandbox('podman', runner, {
    driver: (instance) => createDockerDriver({ instance, address: podman.socketPath }),
    image: podman.image,
    // Its keeper of containers leaves word of it in a folder where Podman 4.3 does not look.
    tellsOutOfMemory: false,
  });
});
