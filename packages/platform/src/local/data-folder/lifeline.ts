import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';

/** Its file in an owner's folder. */
export const lifelineName = '.alive';

/** A socket that the operating system closes with its process: who holds the other end knows then. */
export interface Lifeline {
  close(): void;
}

/** What a socket's path may take, in bytes, everywhere. */
const longestPath = 100;
const processFolders = '/proc/self/fd';

/**
 * Opens the lifeline of this process in its folder, which nobody else may enter. It keeps no process alive. Undefined
 * where there can be none: a path that is too long for this system, a file system without sockets.
 */
export async function openLifeline(folder: string): Promise<Lifeline | undefined> {
  const held = await shorten(folder);
  if (!held) return undefined;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.unref());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.resume();
  });
  const isOpen = await listening(server, path.join(held.folder, lifelineName));
  server.unref();
  if (!isOpen) {
    await held.release();
    return undefined;
  }
  return {
    close() {
      server.close(() => void held.release());
      for (const socket of sockets) socket.destroy();
    },
  };
}

function listening(server: Server, file: string): Promise<boolean> {
  return new Promise((resolve) => {
    // Whoever waits for this process hears of its end only from whoever comes after it.
    server.once('error', () => resolve(false));
    server.listen(file, () => resolve(true));
  });
}

/**
 * Waits for the end of the process whose lifeline is in a folder. `absent`: it has none. Rejects with the signal's
 * reason.
 */
export async function lifelineEnd(folder: string, signal: AbortSignal): Promise<'ended' | 'absent'> {
  signal.throwIfAborted();
  const held = await shorten(folder);
  if (!held) return 'absent';
  try {
    return await endOf(path.join(held.folder, lifelineName), signal);
  } finally {
    await held.release();
  }
}

function endOf(file: string, signal: AbortSignal): Promise<'ended' | 'absent'> {
  return new Promise((resolve, reject) => {
    let isAbsent = false;
    const socket = connect({ path: file });
    const stop = () => {
      socket.destroy();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      isAbsent = error.code === 'ENOENT';
    });
    socket.on('close', () => {
      signal.removeEventListener('abort', stop);
      resolve(isAbsent ? 'absent' : 'ended');
    });
    socket.resume();
    if (signal.aborted) stop();
  });
}

interface ShortFolder {
  readonly folder: string;
  release(): Promise<void>;
}

/** A path for the folder that has room in a socket's address. */
async function shorten(folder: string): Promise<ShortFolder | undefined> {
  if (Buffer.byteLength(path.join(folder, lifelineName)) <= longestPath) return { folder, release: async () => {} };
  if (!existsSync(processFolders) || !existsSync(folder)) return undefined;
  const handle = await open(folder);
  return { folder: path.join(processFolders, String(handle.fd)), release: () => handle.close() };
}
