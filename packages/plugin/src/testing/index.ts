export { firstFile, hostileArchives, type ArchiveCase } from './archive/index.ts';
export * from './artifact/index.ts';
export * from './images/index.ts';
export { createManualClock, type ManualClock } from './manual-clock.ts';
export type { KitRunner } from './kit-runner.ts';
export * from './sandbox/index.ts';
export * from './step-context/index.ts';
export * from './outside/index.ts';
export * from './git/index.ts';
