export { describeWith } from './testing/describe-with.ts';
export { startSpareEngine, type SpareEngine } from './testing/spare-engine.ts';
export { requirePart } from './testing/require-part.ts';
export type { PartFacts, PartName } from './part-list.ts';
export type { EngineFacts } from './parts/engine.ts';
export type { PodmanFacts } from './parts/podman.ts';
export type { ImageFacts } from './images/image-part.ts';
