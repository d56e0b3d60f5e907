import { ConfigError } from '@cicd/plugin';

/** `NAME=VALUE` pairs of a repeatable option. The value may hold `=`. Errors: `command.usage`. */
export function assignments(option: string, given: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) {
        throw new ConfigError({
          code: 'command.usage',
          message: `--${option} ${text}: a value is missing`,
          hint: `Write --${option} NAME=VALUE.`,
        });
      }
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}
