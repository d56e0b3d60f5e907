import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { describeSandbox } from '@cicd/plugin/testing';
import { describeWith } from '@cicd/testbed';
import { createDockerDriver } from '../../src/index.ts';

describeWith(['engine', 'busybox'], 'on a real engine', ({ engine }) => {
  describeSandbox(
    'docker',
    { describe, it, beforeAll, afterAll },
    { driver: (instance) => createDockerDriver({ instance, address: engine.socketPath }) },
  );
});
