import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { createDockerDriver } from '@cicd/sandbox';
import type { Images, Sandbox, SandboxDriver } from '@cicd/plugin';

/** The sandbox of a test on a real engine, and the engine's images. */
export interface RealSandbox {
  readonly sandbox: Sandbox;
  readonly images: Images;
}

/** A sandbox of a real engine for each test; all that they made is removed when the suite ends. */
export function realSandboxes(socketPath: string): () => Promise<RealSandbox> {
  let driver: SandboxDriver;
  const opened: Sandbox[] = [];
  beforeAll(() => {
    driver = createDockerDriver({ instance: `scan-${randomUUID().slice(0, 8)}`, address: socketPath });
  });
  afterAll(async () => {
    for (const sandbox of opened) await sandbox.close();
    await driver.close();
  });
  return async () => {
    const sandbox = await driver.open(`run-${opened.length}`);
    opened.push(sandbox);
    if (!driver.images) throw new Error('the driver has no images');
    return { sandbox, images: driver.images };
  };
}

/** The files of a sample, below a folder. */
export function sample(name: string, below = name): Record<string, string> {
  const folder = path.join(import.meta.dirname, '..', 'samples', name);
  return Object.fromEntries(
    readdirSync(folder).map((file) => [`${below}/${file}`, readFileSync(path.join(folder, file), 'utf8')]),
  );
}
