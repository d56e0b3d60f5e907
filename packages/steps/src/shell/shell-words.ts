import { ConfigError } from '@cicd/plugin';

/** A file in memory, as a word of the script. */
export const memoryFile = (name: string): string => `"$CICD_RUNTIME_DIR/${name}"`;

/** By name, so that the same parts give the same bytes. Errors: `step.config_invalid` for a name that is no variable's. */
export function inOrder(variables: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  const unusable = Object.keys(variables).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (unusable !== undefined) {
    throw invalid(
      `${JSON.stringify(unusable)} is not the name of a variable`,
      'Use letters, digits and _, no digit first.',
    );
  }
  return Object.entries(variables).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** A single-quoted word: no character in it means anything to a shell. Errors: `step.config_invalid` for a zero byte. */
export function quote(text: string): string {
  if (text.includes('\0')) {
    throw invalid(
      'a command, a variable or a secret file holds a zero byte, which a shell cannot',
      'Encode it, with base64 for instance, and decode it in the command.',
    );
  }
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

const invalid = (message: string, hint: string) => new ConfigError({ code: 'step.config_invalid', message, hint });
