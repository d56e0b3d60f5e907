import type { Command } from 'commander';
import { ConfigError } from '@cicd/plugin';
import { exitCode } from '../exit.ts';
import { completionScripts, type CompletionWords } from '../output/completion-scripts.ts';

/** What can be completed, read from the command tree. */
function wordsOf(root: Command): CompletionWords {
  return root.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: command.options.map(({ long, description }) => ({ flag: long ?? '', description })),
  }));
}

/** `cicd completion SHELL`: a script to be sourced. */
export function completion(shell: string, root: Command): number {
  const script = Object.hasOwn(completionScripts, shell)
    ? completionScripts[shell as keyof typeof completionScripts]
    : undefined;
  if (!script) {
    throw new ConfigError({
      code: 'command.usage',
      message: `there is no completion for ${shell}`,
      hint: `Choose one of: ${Object.keys(completionScripts).join(', ')}.`,
    });
  }
  process.stdout.write(script(wordsOf(root)));
  return exitCode.ok;
}
