import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { describeImages } from '@cicd/plugin/testing';
import { describeWith } from '@cicd/testbed';
import { classicImages, openImages } from './open-images.ts';

describeWith(['engine', 'busybox'], 'on a real engine', ({ engine, busybox }) => {
  describeImages('docker', { describe, it, beforeAll, afterAll }, async () =>
    openImages(engine.socketPath, busybox.image),
  );
  describeImages('docker, classic builder', { describe, it, beforeAll, afterAll }, async () =>
    classicImages(await openImages(engine.socketPath, busybox.image), engine.socketPath),
  );
});
