import { formatMark } from './mark-parser.ts';
import { exportVariables, writeFiles, type Surroundings } from './surroundings.ts';
import { largestOutputs, marks } from './transcript.ts';

export type Shell = 'sh' | 'bash';

export interface ScriptParts extends Surroundings {
  readonly shell: Shell;
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
  return markedInput(parts.token, [...preparation(parts), '(', ...subshell(parts), ')', ...ending(parts)]);
}

/** A script as the loader takes it: between two marks, so that one that broke off is not begun. */
export function markedInput(token: string, script: readonly string[]): Buffer {
  const mark = `# ${token}`;
  return Buffer.from(`${[mark, ...script, mark].join('\n')}\n`);
}

/** The folder in memory, whatever a command has done to the variable that names it. */
const file = (name: string) => `"$cicd_runtime/${name}"`;
const print = (token: string, body: string) =>
  `printf '${formatMark(token, body).replace('\x1e', '\\036').replace('\n', '\\n')}'`;

const preparation = (parts: ScriptParts): string[] => [
  'set -e',
  'unset cicd_script cicd_mark',
  // A command may set the variable of that name.
  'cicd_runtime=$CICD_RUNTIME_DIR',
  ...writeFiles(parts),
  `printf 0 >${file('position')}`,
  'trap : TERM',
  'set +e',
  print(parts.token, marks.begun),
];

const subshell = ({ shell, token, ...surroundings }: ScriptParts): string[] => [
  "trap 'exit 143' TERM",
  'exec </dev/null',
  'umask 002',
  'set -e',
  ...(shell === 'bash' ? ['set -o pipefail'] : []),
  ...exportVariables(surroundings),
  // What a command may have set must not matter here: the braces keep the marks out of the trace of `set -x`, a closed
  // standard output is no failure, and `>|` writes under `set -C` too.
  ...surroundings.commands.flatMap((_, index) => [
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
