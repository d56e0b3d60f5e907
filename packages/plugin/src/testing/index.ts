export { createManualClock, type ManualClock } from './manual-clock.ts';
export type { KitRunner } from './kit-runner.ts';
