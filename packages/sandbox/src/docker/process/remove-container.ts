import type { EngineClient } from '../../engine/engine-client.ts';
import { unless } from '../../engine/engine-refusal.ts';

/** Removes a container, whatever it does; resolves when it is gone. */
export async function removeContainer(client: EngineClient, container: string): Promise<void> {
  const removed = await unless(
    [409],
    unless([404], client.done('DELETE', `/containers/${container}`, { query: { force: true, v: true } })).then(
      () => true,
    ),
  );
  // 409: somebody else is removing it.
  if (removed === undefined)
    await unless([404], client.json('POST', `/containers/${container}/wait`, { query: { condition: 'removed' } }));
}
