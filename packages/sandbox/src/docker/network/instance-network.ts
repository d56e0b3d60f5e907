import type { EngineClient } from '../../engine/engine-client.ts';
import { unless } from '../../engine/engine-refusal.ts';
import { labels, names } from '../names.ts';

/** The engine's own bridge, which is always there. */
export const engineBridge = 'bridge';

/** The network that processes reach the outside through. */
export interface OutboundNetwork {
  readonly name: string;
  /** Whether a process on it may see others on it: then no process goes there before the network is certain. */
  readonly isPrivate: boolean;
  /** Makes it, when it is not there. */
  ensure(): Promise<void>;
  /** Removes it, unless somebody uses it. */
  drop(): Promise<void>;
}

export const sharedNetwork: OutboundNetwork = {
  name: engineBridge,
  isPrivate: false,
  ensure: () => Promise.resolve(),
  drop: () => Promise.resolve(),
};

/**
 * A bridge of this instance on which no container reaches another. Making and removing one takes as long as a whole
 * container, so it is for instances that live long.
 * https://docs.docker.com/engine/network/drivers/bridge/#default-bridge-driver-options
 */
export function instanceNetwork(client: EngineClient, instance: string): OutboundNetwork {
  const name = names.network(instance);
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other: a removal must not overtake a creation. */
  const next = async (change: () => Promise<unknown>): Promise<void> => {
    const done = last.then(change, change);
    last = done.catch(() => undefined);
    await done;
  };
  const body = {
    Name: name,
    CheckDuplicate: true,
    Driver: 'bridge',
    Labels: { [labels.instance]: instance, [labels.role]: 'network' },
    Options: { 'com.docker.network.bridge.enable_icc': 'false' },
  };
  return {
    name,
    isPrivate: true,
    // 409: it is there. 403 and 409 at the removal: a run of another process of this instance uses it.
    ensure: () => next(() => unless([409], client.json('POST', '/networks/create', { body }))),
    drop: () => next(() => unless([403, 404, 409], client.done('DELETE', `/networks/${name}`))),
  };
}
