export { createFakeImages, type FakeImagesOptions } from './fake-images.ts';
export { describeImages, type ImagesSubject, type KitRegistry } from './describe-images.ts';
