export { createFakeImages, type FakeImagesOptions } from './fake-images.ts';
export { describeImages, type ImagesSubject } from './describe-images.ts';
