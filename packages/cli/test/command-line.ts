import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const main = path.resolve(import.meta.dirname, '../src/main.ts');

export interface CommandEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly end: Promise<CommandEnd>;
  /** Resolves once standard output or error holds the text. */
  shows(text: string): Promise<void>;
}

/** A folder with pipeline files and a data folder, in which the command is run from its sources, as a user would. */
export interface Scene {
  readonly folder: string;
  readonly dataFolder: string;
  readonly env: Readonly<Record<string, string>>;
  start(args: readonly string[], env?: Readonly<Record<string, string>>): RunningCommand;
  cicd(...args: string[]): Promise<CommandEnd>;
  /** Adds files to the project. */
  write(files: Readonly<Record<string, string>>): void;
  remove(): void;
}

function collect(child: ChildProcess): RunningCommand {
  let stdout = '';
  let stderr = '';
  let ended = false;
  const waiting = new Set<() => void>();
  const look = () => {
    for (const each of waiting) each();
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    look();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    look();
  });
  const end = new Promise<CommandEnd>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      ended = true;
      resolve({ code, stdout, stderr });
      look();
    });
  });
  const shows = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (stdout.includes(text) || stderr.includes(text)) resolve();
        else if (ended) reject(new Error(`the command ended without showing "${text}":\n${stdout}${stderr}`));
        else return;
        waiting.delete(check);
      };
      waiting.add(check);
      check();
    });
  return { child, end, shows };
}

/** Runs the command from its sources, in a clean environment. */
export function runCommand(
  args: readonly string[],
  {
    cwd,
    env,
    input,
  }: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly input?: string },
): RunningCommand {
  const child = spawn(process.execPath, ['--conditions=@cicd/source', main, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.on('error', (error: NodeJS.ErrnoException) => {
    // A command that refuses what it is given reads no further.
    if (error.code !== 'EPIPE') throw error;
  });
  child.stdin?.end(input);
  return collect(child);
}

/**
 * Runs the command of a scene on a terminal of its own, by the `script` of util-linux, which every Debian has. What is
 * written to the child's standard input is typed.
 */
export function onTerminal(
  { folder, env }: Scene,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): RunningCommand {
  const words = [process.execPath, '--conditions=@cicd/source', main, ...args].map((word) => `'${word}'`);
  return collect(
    spawn('script', ['--quiet', '--return', '--command', words.join(' '), '/dev/null'], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', ...env, ...more },
      stdio: ['pipe', 'pipe', 'pipe'],
    }),
  );
}

export function scene(files: Readonly<Record<string, string>>, extraEnv: Readonly<Record<string, string>> = {}): Scene {
  const root = mkdtempSync(path.join(os.tmpdir(), 'cicd-cli-'));
  const folder = path.join(root, 'project');
  const dataFolder = path.join(root, 'data');
  const write: Scene['write'] = (given) => {
    for (const [name, text] of Object.entries(given)) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  };
  write({ '.keep': '', ...files });
  const sceneEnv = { HOME: root, CICD_DATA_DIR: dataFolder, NO_COLOR: '1', ...extraEnv };
  const start: Scene['start'] = (args, env = {}) => runCommand(args, { cwd: folder, env: { ...sceneEnv, ...env } });
  return {
    folder,
    dataFolder,
    env: sceneEnv,
    start,
    cicd: (...args) => start(args).end,
    write,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
