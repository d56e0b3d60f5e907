import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { describeImages } from '@cicd/plugin/testing';
import { describeWith } from '@cicd/testbed';
import { classicImages, openImages } from './open-images.ts';

describeWith(['engine', 'busybox', 'registry'], 'on a real engine', ({ engine, busybox, registry }) => {
  const { username, password } = registry;
  const credentials = { username, password };
  const registries = [
    { host: registry.open },
    { host: registry.basic, credentials },
    { host: registry.token, credentials },
  ];
  describeImages('docker', { describe, it, beforeAll, afterAll }, async () => ({
    ...(await openImages(engine.socketPath, busybox.image)),
    registries,
  }));
  describeImages('docker, classic builder', { describe, it, beforeAll, afterAll }, async () =>
    classicImages(await openImages(engine.socketPath, busybox.image), engine.socketPath),
  );
});
