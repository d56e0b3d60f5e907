import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createPlatform } from '@cicd/platform';

const main = path.resolve(import.meta.dirname, '../src/main.ts');

let folder: string;
let server: ChildProcess;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cicd-server-process-'));
});
afterEach(async () => {
  server.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const start = (...args: string[]): ChildProcess =>
  (server = spawn(process.execPath, ['--conditions=@cicd/source', main, '--data-dir', folder, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  }));

it('serves a data folder to who has a token, and stops when it is told to', async () => {
  const platform = await createPlatform({ dataFolder: folder });
  const by = { name: 'local:ann', origin: 'terminal' };
  const { text } = await platform.tokens.create({ name: 'bot', role: 'viewer', lifetime: 60_000 }, by);
  await platform.close();

  const { stdout } = start('--listen', '127.0.0.1:0');
  const [line] = (await once(createInterface(stdout!), 'line')) as [string];
  const address = /at (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1] ?? '';
  const answer = await fetch(`${address}/api/v1/me`, { headers: { authorization: `Bearer ${text}` } });
  expect(await answer.json()).toEqual({ name: 'token:bot', role: 'viewer' });

  server.kill('SIGTERM');
  expect(await once(server, 'exit')).toEqual([0, null]);
});

it.each(['nowhere', '127.0.0.1:70000', ''])('does not listen at %j', async (address) => {
  const { stderr } = start('--listen', address);
  let said = '';
  stderr!.setEncoding('utf8').on('data', (piece: string) => (said += piece));
  expect(await once(server, 'close')).toEqual([2, null]);
  expect(said).toContain('command.usage');
});
