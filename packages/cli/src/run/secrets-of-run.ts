import type { Platform } from '@cicd/platform';
import { styleText } from 'node:util';
import { readSecrets } from '../input/read-secrets.ts';
import { secretSources } from './launch.ts';

export interface SecretsOfRun {
  readonly platform: Platform;
  /** As the run names it. */
  readonly project: string;
  /** The names that the pipeline needs. */
  readonly needed: readonly string[];
  /** `--secret` options of now. */
  readonly given: readonly string[];
  /** Where those came from with which the run was started. */
  readonly before: readonly string[];
}

/** The values for a run that goes on: the project's own, and the others from where they came. */
export async function secretsOfRun({ platform, project, needed, given, before }: SecretsOfRun) {
  const own = await platform.secrets.reveal(project, needed);
  const others = needed.filter((name) => !Object.hasOwn(own, name));
  return overlay(await readSecrets(secretSources(others, given, before)), own);
}

/** The values for a run that begins: those of the command line, and over them the project's own. */
export async function secretsOfNewRun(
  platform: Platform,
  project: string,
  needed: readonly string[],
  given: Readonly<Record<string, string>>,
) {
  return overlay(given, needed.length === 0 ? {} : await platform.secrets.reveal(project, needed));
}

function overlay(given: Readonly<Record<string, string>>, own: Readonly<Record<string, string>>) {
  const both = Object.keys(given).filter((name) => Object.hasOwn(own, name));
  if (both.length > 0) {
    const label = styleText('yellow', 'warning', { stream: process.stderr });
    process.stderr.write(
      `${label}: --secret ${both.join(', ')}: the project has one of that name, which is used (cicd secrets remove takes it away)\n`,
    );
  }
  return { ...given, ...own };
}
