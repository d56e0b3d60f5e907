import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { createFakeImages, describeImages } from '../../src/testing/index.ts';

describeImages('fake', { describe, it, beforeAll, afterAll }, async () => ({
  images: createFakeImages({
    present: ['busybox'],
    registries: {
      'open.example': () => undefined,
      'guarded.example': (given) => (given?.password === 'right' ? undefined : 'unauthorized'),
    },
  }),
  registries: [
    { host: 'open.example' },
    { host: 'guarded.example', credentials: { username: 'ann', password: 'right' } },
  ],
  base: 'busybox',
  repository: 'cicd-kit',
  dispose: () => Promise.resolve(),
}));
