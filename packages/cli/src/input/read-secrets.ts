import { printProblems } from '../output/print-problems.ts';
import { askHidden } from './ask.ts';
import { readSecretFile, secretsOf } from './secrets.ts';

/** The values of `--secret` options, from files, the environment or the terminal; weak ones are warned about. */
export async function readSecrets(given: readonly string[] | undefined): Promise<Record<string, string>> {
  const { secrets, warnings } = await secretsOf(given, {
    env: process.env,
    readFile: readSecretFile,
    ...(process.stdin.isTTY ? { ask: (name) => askHidden(`${name}: `) } : {}),
  });
  if (warnings.length > 0) printProblems(warnings, process.stderr);
  return secrets;
}
