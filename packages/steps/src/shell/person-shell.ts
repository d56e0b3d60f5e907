import type { StepShell, StepSurroundings } from '@cicd/plugin';
import { containerOf } from './container-of.ts';
import { loaderCommand, markedInput } from './script.ts';
import type { ShellExecConfig } from './shell-exec-config.ts';
import { memoryFile, quote } from './shell-words.ts';
import { exportVariables, writeFiles, type Surroundings } from './surroundings.ts';

const environment = memoryFile('environment');

/**
 * A shell for a person where the step's commands run. Like them, all variables travel by standard input into memory:
 * a file there is read by whatever shell is opened. The step's commands lie beside it, as `command.1` and so on.
 */
export function personShell({ config, env, token, command }: StepSurroundings<ShellExecConfig>): StepShell {
  const { shell } = config;
  const parts: Surroundings = {
    commands: config.commands,
    env: { ...env, ...config.env },
    secretFiles: config.secret_files ?? {},
  };
  const script = [...preparation(parts), ...(command === undefined ? staying : performing(command))];
  return {
    process: { ...containerOf(config), command: loaderCommand(shell), input: markedInput(token, script) },
    terminal: [shell, ...(shell === 'bash' ? ['--norc'] : []), '-c', `. ${environment}; exec ${shell}`],
  };
}

const preparation = (parts: Surroundings): string[] => [
  'set -e',
  'unset cicd_script cicd_mark',
  ...writeFiles(parts),
  `printf %s ${quote(['umask 002', ...exportVariables(parts), ''].join('\n'))} >${environment}`,
  'exec </dev/null',
];

/** Says that all is there, and waits to be stopped. */
const staying = ["trap 'exit 0' TERM", 'echo ready', 'while :; do sleep 3600 & wait $!; done'];

/** As `sh -c` does: the last command's exit code counts. */
const performing = (command: string): string[] => ['set +e', `. ${environment}`, `eval ${quote(command)}`, 'exit $?'];
