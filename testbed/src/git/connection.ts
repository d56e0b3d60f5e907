import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Whether somebody of this machine listens on a port, at once or within some milliseconds. */
export async function canConnect(port: number, within = 0): Promise<boolean> {
  for (const deadline = Date.now() + within; ; await delay(50)) {
    if (await connects(port)) return true;
    if (Date.now() >= deadline) return false;
  }
}

const connects = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
