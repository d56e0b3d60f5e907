import { spawn, type ChildProcess } from 'node:child_process';

export interface ScriptEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

export interface StartedScript {
  readonly child: ChildProcess;
  readonly end: Promise<ScriptEnd>;
  /** Resolves once its output holds the text; rejects when it ends without. */
  shows(text: string): Promise<void>;
}

/** A process that takes longer, in milliseconds, does not get on; a busy machine alone does not make it so slow. */
const longestLife = 300_000;

/** Runs a script of the sources in a process of its own. */
export function startScript(
  script: string,
  args: readonly string[],
  place: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): StartedScript {
  const child = spawn(process.execPath, ['--conditions=@cicd/source', script, ...args], {
    ...place,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const looking = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
      for (const look of looking) look();
    });
  }
  const timer = setTimeout(() => {
    output += `\nIt did not end within ${longestLife / 1_000} s, and was killed.\n`;
    child.kill('SIGKILL');
  }, longestLife);
  const end = new Promise<ScriptEnd>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, output });
    });
  });
  return {
    child,
    end,
    shows: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (output.includes(text)) resolve();
        };
        looking.add(look);
        look();
        end.then(({ output: all }) => reject(new Error(`it ended without showing "${text}":\n${all}`)), reject);
      }),
  };
}
