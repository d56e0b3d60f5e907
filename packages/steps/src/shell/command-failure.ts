import { constants } from 'node:os';
import { EngineError, StepFailure, type CicdError } from '@cicd/plugin';
import { inputLost } from './script.ts';

/** The first line, for a heading or a sentence. */
export function commandTitle(command: string): string {
  const [first = '', ...more] = command.trim().split('\n');
  return first.length > 200 ? `${first.slice(0, 200)} …` : more.length > 0 ? `${first} …` : first;
}

/** A command that ended with another exit code than 0. `position` counts from 1; 0 is before the first. */
export function commandFailed(commands: readonly string[], position: number, exitCode: number): StepFailure {
  return new StepFailure({
    code: 'step.command_failed',
    message: `${named(commands, position)} ended with exit code ${exitCode}`,
    hint: meaning(exitCode),
    details: detailsOf(commands, position, exitCode),
  });
}

/** A command that failed in a container whose memory ran out. */
export function outOfMemory(
  commands: readonly string[],
  position: number,
  exitCode: number,
  limit: string | number | undefined,
): StepFailure {
  return new StepFailure({
    code: 'step.out_of_memory',
    message: `${named(commands, position)} failed: the container reached its memory limit${limit === undefined ? '' : ` of ${limit}`}`,
    hint: 'Raise memory_limit, or let the command use less.',
    details: detailsOf(commands, position, exitCode),
  });
}

function named(commands: readonly string[], position: number): string {
  const command = commands[position - 1];
  return command === undefined
    ? 'the shell'
    : `the command \`${commandTitle(command)}\` (${position} of ${commands.length})`;
}

function detailsOf(commands: readonly string[], position: number, exitCode: number): Readonly<Record<string, unknown>> {
  const command = commands[position - 1];
  return { exit_code: exitCode, ...(command !== undefined && { command, position }) };
}

/** The shell ended before it began with the commands: nothing of them ran. */
export function notBegun(shell: string, exitCode: number): CicdError {
  if (exitCode === inputLost) {
    return new EngineError({
      code: 'step.input_lost',
      message: 'the commands did not reach the container whole; none was run',
      retryable: true,
    });
  }
  return new StepFailure({
    code: 'step.shell_unusable',
    message: `${shell} ended with exit code ${exitCode} before the first command`,
    hint: `The image needs ${shell}, cat and head.`,
    details: { exit_code: exitCode },
  });
}

/** What shells mean by an exit code (POSIX, Shell Command Language, 2.8.2). */
function meaning(exitCode: number): string | undefined {
  if (exitCode === 126) return 'A program was found and cannot be executed: check its mode and its first line.';
  if (exitCode === 127) return 'A program was not found: check its name, and that the image has it.';
  const signal = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128);
  return signal && `It was ended by the signal ${signal[0]}.`;
}
