import type { EngineClient } from '../../engine/engine-client.ts';

const files = ['/etc/hosts', '/etc/resolv.conf', '/etc/hostname'];

/**
 * Who shares a namespace shares the engine's files of host names, and root can write them. What this tells changes
 * when somebody did: sizes and dates, which say enough about everything but an intent to deceive.
 */
export async function namespaceFiles(client: EngineClient, container: string): Promise<string> {
  const stats = await Promise.all(
    files.map((path) => client.done('HEAD', `/containers/${container}/archive`, { query: { path } })),
  );
  return stats.map((headers) => String(headers['x-docker-container-path-stat'])).join();
}
