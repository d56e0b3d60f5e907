import { ConfigError } from '@cicd/plugin';
import { formatMark } from './mark-parser.ts';
import { largestOutputs, marks } from './transcript.ts';

export type Shell = 'sh' | 'bash';

export interface ScriptParts {
  readonly shell: Shell;
  readonly commands: readonly string[];
  /** Exported to the commands. */
  readonly env: Readonly<Record<string, string>>;
  /** Written to files in memory; a variable of the same name holds the path. */
  readonly secretFiles: Readonly<Record<string, string>>;
  /** Of the attempt: nobody else can guess it. */
  readonly token: string;
}

/** How the shell ends when its input broke off: nothing of it was evaluated. */
export const inputLost = 97;

/**
 * All that stands in the container's configuration. It reads the whole input into a variable, and evaluates it only
 * if it ends with the mark that its first line announced. A pipe is read byte by byte up to the line end, so the
 * rest is left for `cat`.
 */
const loader = [
  'IFS= read -r cicd_mark',
  'cicd_script=$(cat)',
  'case $cicd_script in *"$cicd_mark") eval "$cicd_script" ;; esac',
].join(' && ');

/**
 * The program and its arguments, the same for every step. Without `--norc`, bash reads a `.bashrc` when its standard
 * input is a socket.
 */
export const loaderCommand = (shell: Shell): readonly [string, ...string[]] => [
  shell,
  ...(shell === 'bash' ? ['--norc'] : []),
  '-c',
  `${loader}; exit ${inputLost}`,
];

/**
 * The standard input: the mark, the script, the mark. The script
 * - writes each command and each secret file to a file of its own under `$CICD_RUNTIME_DIR`, which is memory;
 * - runs the commands in one subshell, so that an `exit`, an `exec` or a trap of theirs never keeps the rest from
 *   happening, and sources each, so that a syntax error or a here-document ends with its command;
 * - prints the outputs when the subshell has ended, and exits with its code.
 *
 * A SIGTERM goes to the whole process group. Both shells wait for the command that runs, so that it may use its grace
 * period; then the inner one ends.
 *
 * Errors: `step.config_invalid` for a text with a zero byte, which no shell can hold, and a name that is no variable's.
 */
export function shellInput(parts: ScriptParts): Buffer {
  const end = `# ${parts.token}`;
  const lines = [end, ...preparation(parts), '(', ...subshell(parts), ')', ...ending(parts), end];
  return Buffer.from(`${lines.join('\n')}\n`);
}

const file = (name: string) => `"$cicd_runtime/${name}"`;
const print = (token: string, body: string) =>
  `printf '${formatMark(token, body).replace('\x1e', '\\036').replace('\n', '\\n')}'`;

const preparation = ({ commands, secretFiles, token }: ScriptParts): string[] => [
  'set -e',
  'unset cicd_script cicd_mark',
  'cicd_runtime=$CICD_RUNTIME_DIR',
  'umask 077',
  ...commands.map((command, index) => `printf %s ${quote(command)} >${file(`command.${index + 1}`)}`),
  ...inOrder(secretFiles).map(([name, content]) => `printf %s ${quote(content)} >${file(`secret.${name}`)}`),
  `printf 0 >${file('position')}`,
  // Whatever user a command becomes, it may write outputs.
  `(umask 0; : >${file('output')})`,
  'trap : TERM',
  'set +e',
  print(token, marks.begun),
];

const subshell = ({ shell, commands, env, secretFiles, token }: ScriptParts): string[] => [
  "trap 'exit 143' TERM",
  'exec </dev/null',
  'umask 002',
  'set -e',
  ...(shell === 'bash' ? ['set -o pipefail'] : []),
  ...inOrder(env).map(([name, value]) => `export ${name}=${quote(value)}`),
  ...inOrder(secretFiles).map(([name]) => `export ${name}=${file(`secret.${name}`)}`),
  `export CICD_OUTPUT=${file('output')}`,
  // What a command may have set must not matter here: the braces keep the marks out of the trace of `set -x`, a closed
  // standard output is no failure, and `>|` writes under `set -C` too.
  ...commands.flatMap((_, index) => [
    `{ ${print(token, marks.command(index + 1))} || :; printf ${index + 1} >|${file('position')}; } 2>/dev/null`,
    `. ${file(`command.${index + 1}`)}`,
  ]),
];

const ending = ({ token }: ScriptParts): string[] => [
  'cicd_status=$?',
  print(token, marks.outputs),
  `[ ! -s ${file('output')} ] || head -c ${largestOutputs + 1} ${file('output')}`,
  `read -r cicd_position <${file('position')}`,
  `${print(token, marks.ended('%s'))} "$cicd_position"`,
  'exit "$cicd_status"',
];

/** By name, so that the same parts give the same bytes. */
function inOrder(variables: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  const unusable = Object.keys(variables).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (unusable !== undefined) {
    throw invalid(
      `${JSON.stringify(unusable)} is not the name of a variable`,
      'Use letters, digits and _, no digit first.',
    );
  }
  return Object.entries(variables).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** A single-quoted word: no character in it means anything to a shell. */
function quote(text: string): string {
  if (text.includes('\0')) {
    throw invalid(
      'a command, a variable or a secret file holds a zero byte, which a shell cannot',
      'Encode it, with base64 for instance, and decode it in the command.',
    );
  }
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

const invalid = (message: string, hint: string) => new ConfigError({ code: 'step.config_invalid', message, hint });
