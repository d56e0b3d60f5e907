export { createRuntime, type Runtime } from './runtime.ts';
export type {
  DriveOptions,
  Identity,
  PrepareSource,
  RunHandle,
  RunListener,
  RunOptions,
  RuntimeLimits,
  RuntimePorts,
  SequencedEvent,
} from './ports.ts';
export { systemClock } from './system-clock.ts';
export { systemIdentity } from './system-identity.ts';
