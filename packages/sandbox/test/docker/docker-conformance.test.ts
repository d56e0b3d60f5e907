import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { describeSandbox } from '@cicd/plugin/testing';
import { describeWith } from '@cicd/testbed';
import { createDockerDriver } from '../../src/index.ts';

const runner = { describe, it, beforeAll, afterAll };

describeWith(['engine', 'busybox'], 'on a real engine', ({ engine }) => {
  describeSandbox('docker', runner, {
    driver: (instance) => createDockerDriver({ instance, address: engine.socketPath }),
  });
});
