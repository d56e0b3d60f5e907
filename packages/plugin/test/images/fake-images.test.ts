import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { createFakeImages, describeImages } from '../../src/testing/index.ts';

describeImages('fake', { describe, it, beforeAll, afterAll }, async () => ({
  images: createFakeImages({ present: ['busybox'] }),
  base: 'busybox',
  repository: 'cicd-kit',
  dispose: () => Promise.resolve(),
}));
