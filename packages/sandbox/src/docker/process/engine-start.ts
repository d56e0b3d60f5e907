import type { EngineClient } from '../../engine/engine-client.ts';
import { unless } from '../../engine/engine-refusal.ts';
import { engineBridge } from '../network/instance-network.ts';

/**
 * Whether a process began before its engine did, by the engine's clock. An engine makes its own bridge anew at each
 * start, unless processes outlive it (live restore): that is the only date it tells. Asked on a connection of its own,
 * which an engine that is about to stop does not accept any more, while it still answers on those that it has.
 */
export async function isOlderThanEngine(client: EngineClient, startedAt: string): Promise<boolean> {
  const fresh = client.anew();
  try {
    const bridge = await unless([404], fresh.json<{ Created: string }>('GET', `/networks/${engineBridge}`));
    return bridge !== undefined && Date.parse(startedAt) < Date.parse(bridge.Created);
  } finally {
    fresh.close();
  }
}
