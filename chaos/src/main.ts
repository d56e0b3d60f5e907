import { engineCommand } from './commands/engine.ts';
import { killsCommand } from './commands/kills.ts';

/** Each answers whether every promise was kept. */
const commands: Readonly<Record<string, (args: readonly string[]) => Promise<boolean>>> = {
  kills: killsCommand,
  engine: engineCommand,
};

/** `npm run chaos -- [COMMAND] [OPTION…]`; without a command: `kills`. */
const [first = '', ...rest] = process.argv.slice(2);
const [name, args] = first === '' || first.startsWith('-') ? ['kills', process.argv.slice(2)] : [first, rest];
const command = commands[name];
if (!command) {
  console.error(`There is no command ${name}; there are: ${Object.keys(commands).join(', ')}.`);
  process.exitCode = 2;
} else {
  process.exitCode = (await command(args)) ? 0 : 1;
}
