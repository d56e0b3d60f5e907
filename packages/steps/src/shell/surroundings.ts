import { inOrder, memoryFile, quote } from './shell-words.ts';

/** What commands find around them. */
export interface Surroundings {
  readonly commands: readonly string[];
  /** Exported to the commands. */
  readonly env: Readonly<Record<string, string>>;
  /** Written to files in memory; a variable of the same name holds the path. */
  readonly secretFiles: Readonly<Record<string, string>>;
}

/** Writes each command and each secret file to a file of its own under `$CICD_RUNTIME_DIR`, which is memory. */
export const writeFiles = ({ commands, secretFiles }: Surroundings): string[] => [
  'umask 077',
  ...commands.map((command, index) => `printf %s ${quote(command)} >${memoryFile(`command.${index + 1}`)}`),
  ...inOrder(secretFiles).map(([name, content]) => `printf %s ${quote(content)} >${memoryFile(`secret.${name}`)}`),
  // Whatever user a command becomes, it may write outputs.
  `(umask 0; : >${memoryFile('output')})`,
];

export const exportVariables = ({ env, secretFiles }: Surroundings): string[] => [
  ...inOrder(env).map(([name, value]) => `export ${name}=${quote(value)}`),
  ...inOrder(secretFiles).map(([name]) => `export ${name}=${memoryFile(`secret.${name}`)}`),
  `export CICD_OUTPUT=${memoryFile('output')}`,
];
