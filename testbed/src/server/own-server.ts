import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bed } from '../bed.ts';
import { readProcesses } from '../engine/process-table.ts';
import { MissingPart } from '../part.ts';

const startMilliseconds = 60_000;

export interface OwnServer {
  /** The part's folder in the bed: its log and the number of its process are kept there. */
  readonly folder: string;
  readonly program: string;
  readonly words: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Answers any HTTP request once it is ready. */
  readonly url: string;
}

const numberFile = (folder: string) => path.join(folder, 'process');

/** Starts a server that outlives this process, and waits until it answers. */
export async function startServer(bed: Bed, server: OwnServer): Promise<void> {
  const logFile = path.join(server.folder, 'log');
  bed.log.line(`$ ${server.program} ${server.words.join(' ')} (its log: ${logFile})`);
  const log = openSync(logFile, 'w');
  const child = spawn(server.program, server.words, {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: server.folder,
    env: { ...bed.environment, ...server.environment },
  });
  closeSync(log);
  const ended = new AbortController();
  child.once('error', () => ended.abort());
  child.once('exit', () => ended.abort());
  child.unref();
  if (child.pid !== undefined) writeFileSync(numberFile(server.folder), `${child.pid}`);
  const deadline = Date.now() + startMilliseconds;
  while (!ended.signal.aborted && Date.now() < deadline) {
    if (await answers(server.url)) return;
    await delay(50);
  }
  const said = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-3).join(' ');
  throw new MissingPart(`${path.basename(server.program)} did not start: ${said}`, `its log is ${logFile}`);
}

/** Whether something speaks HTTP there, whatever it says. */
export async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url, { signal: AbortSignal.timeout(5000) })).arrayBuffer();
    return true;
  } catch {
    return false; // nobody is there yet
  }
}

/** Ends the server of this folder, also one that an `up` which was stopped half way has left. */
export function stopServer(folder: string): void {
  const file = numberFile(folder);
  if (!existsSync(file)) return;
  const id = Number(readFileSync(file, 'utf8'));
  // The number may since be another process's.
  const isOurs = readProcesses().some((each) => each.id === id && each.command.includes(folder));
  if (isOurs) process.kill(id, 'SIGKILL');
  rmSync(file);
}
