import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Directories } from './directories.ts';

const RETRY_MILLISECONDS = 50;

/**
 * Runs `work` while no other process changes this bed. The lock is a socket in Linux's abstract name space:
 * the kernel frees it when its holder dies, however it dies. Elsewhere the bed only uses an engine that is
 * there already, and needs no lock.
 */
export async function withLock<T>(directories: Directories, work: () => Promise<T>): Promise<T> {
  if (process.platform !== 'linux') return await work();
  const lock = await take(`\0cicd-testbed-${directories.identity}`);
  try {
    return await work();
  } finally {
    lock.close();
  }
}

async function take(name: string): Promise<net.Server> {
  for (;;) {
    const server = net.createServer();
    try {
      server.listen(name);
      await once(server, 'listening');
      return server;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      await delay(RETRY_MILLISECONDS);
    }
  }
}
