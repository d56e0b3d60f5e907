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
