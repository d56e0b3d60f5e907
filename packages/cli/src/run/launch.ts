import path from 'node:path';
import type { RunState } from '@cicd/engine';
import type { JsonObject } from '@cicd/plugin';
import type { SandboxChoice } from '@cicd/platform/local';
import type { RunCommandOptions } from './run-options.ts';

/** How a run was started: all that another process needs to go on with it, but values. */
export interface Launch {
  /** What `auto` came to. */
  readonly sandbox: SandboxChoice;
  readonly network: 'shared' | 'private';
  /** Where each secret comes from: `NAME`, or `NAME=@file` with an absolute file. */
  readonly secrets: readonly string[];
  /** Names of variables of the environment. */
  readonly env: readonly string[];
  /** Absolute. */
  readonly envFile?: string;
  /** The pipeline file; absolute. */
  readonly file?: string;
}

/** The sandbox's name is the driver's. */
export function launchOf(options: RunCommandOptions, sandbox: string, file: string): JsonObject {
  return {
    file: path.resolve(file),
    sandbox,
    network: options.network,
    secrets: (options.secret ?? []).map(absolute),
    env: [...(options.env ?? [])],
    ...(options.envFile !== undefined && { env_file: path.resolve(options.envFile) }),
  };
}

/** Reads what `launchOf` wrote; a run that came another way has the defaults. */
export function readLaunch({ launch = {} }: RunState): Launch {
  const { file, sandbox, network, env_file: envFile } = launch;
  return {
    sandbox: sandbox === 'process' ? 'process' : 'docker',
    network: network === 'private' ? 'private' : 'shared',
    secrets: texts(launch['secrets']),
    env: texts(launch['env']),
    ...(typeof envFile === 'string' && { envFile }),
    ...(typeof file === 'string' && { file }),
  };
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

function absolute(secret: string): string {
  const at = secret.indexOf('=@');
  return at < 0 ? secret : `${secret.slice(0, at)}=@${path.resolve(secret.slice(at + 2))}`;
}

/** What was given this time, and for every other secret of the pipeline, where it came from before. */
export function secretSources(
  needed: readonly string[],
  given: readonly string[],
  before: readonly string[],
): string[] {
  const nameOf = (source: string) => source.split('=', 1)[0];
  const isGiven = new Set(given.map(nameOf));
  const rest = needed.filter((name) => !isGiven.has(name));
  return [...given, ...rest.map((name) => before.find((source) => nameOf(source) === name) ?? name)];
}
