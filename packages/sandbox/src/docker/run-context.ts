import type { EngineClient } from '../engine/engine-client.ts';
import type { EngineDifferences } from './engine-differences.ts';
import type { ImageStore } from './images/image-store.ts';
import { labels, type Role } from './names.ts';
import type { OutboundNetwork } from './network/instance-network.ts';

/** What everything of one run works with. */
export interface RunContext {
  readonly client: EngineClient;
  readonly images: ImageStore;
  readonly instance: string;
  readonly run: string;
  readonly network: OutboundNetwork;
  readonly differences: EngineDifferences;
  /** The engine's socket; undefined: it is on another machine. */
  readonly socket: string | undefined;
  /** Of a process that asks for none. */
  readonly limits: ResourceLimits;
}

export interface ResourceLimits {
  /** Bytes. */
  readonly memoryLimit?: number;
  /** CPUs, fractions allowed. */
  readonly cpuLimit?: number;
}

export const runLabels = (
  { instance, run }: Pick<RunContext, 'instance' | 'run'>,
  role: Role,
): Record<string, string> => ({
  [labels.instance]: instance,
  [labels.run]: run,
  [labels.role]: role,
});

/** A container as the engine lists it. */
export interface ListedContainer {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
  /** `created`, `running`, `paused`, `exited`, `dead`, … */
  readonly State: string;
  readonly HostConfig: { readonly NetworkMode: string };
}
