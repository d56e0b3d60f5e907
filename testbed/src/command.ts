import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import type { Log } from './log.ts';

const LARGEST_OUTPUT = 16 * 1024 * 1024;

/** How a command ended. */
interface CommandResult {
  /** `null` when it could not be started or ended by a signal. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface CommandSettings {
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs other programs, without a shell between, and writes down what they said. */
export interface Commands {
  /** The result, whatever it is. */
  attempt(program: string, words: readonly string[], settings?: CommandSettings): Promise<CommandResult>;
  /** The standard output; throws when the program fails. */
  run(program: string, words: readonly string[], settings?: CommandSettings): Promise<string>;
}

export function createCommands(log: Log, environment: NodeJS.ProcessEnv): Commands {
  async function attempt(program: string, words: readonly string[], settings: CommandSettings = {}) {
    const began = performance.now();
    const result = await execute(program, words, {
      cwd: settings.folder,
      env: { ...environment, LC_ALL: 'C', ...settings.environment },
    });
    const seconds = ((performance.now() - began) / 1000).toFixed(2);
    log.line(`$ ${[program, ...words].join(' ')}\nexit ${result.exitCode} after ${seconds} s`);
    const said = (result.stderr + (result.exitCode === 0 ? '' : result.stdout)).trim();
    if (said !== '') log.line(said);
    return result;
  }
  return {
    attempt,
    async run(program, words, settings) {
      const result = await attempt(program, words, settings);
      if (result.exitCode === 0) return result.stdout;
      const last = (result.stderr.trim() || result.stdout.trim()).split('\n').slice(-3).join(' ');
      throw new Error(`${program} ${words[0] ?? ''} failed (exit ${result.exitCode}): ${last}; see ${log.file}`);
    },
  };
}

function execute(
  program: string,
  words: readonly string[],
  settings: { cwd: string | undefined; env: NodeJS.ProcessEnv },
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(program, words, { ...settings, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < LARGEST_OUTPUT) stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (stderr.length < LARGEST_OUTPUT) stderr += text;
    });
    child.once('error', (error) => resolve({ exitCode: null, stdout, stderr: error.message }));
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}
