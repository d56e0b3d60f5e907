import type { SandboxCapabilities } from '@cicd/plugin';
import { dockerCapabilities } from './capabilities.ts';

/** The engine's log driver of a container, as its API takes it. */
export interface LogConfig {
  readonly Type: string;
  readonly Config: Readonly<Record<string, string>>;
}

/** What one engine wants otherwise than another: docs/guides/podman.md shows the rest, which nothing has to be done about. */
export interface EngineDifferences {
  readonly name: string;
  readonly capabilities: SandboxCapabilities;
  /** How the output of processes is kept. */
  readonly log: LogConfig;
  /** Whether the engine loses nothing of a log that it follows. */
  readonly logsCanBeFollowed: boolean;
  /** Whether the archive calls reach a volume only while a container runs that has it mounted. */
  readonly archivesNeedStart: boolean;
}

/** A petabyte: said, because the engine's own setting would cut the log where ours is silent. It takes no "unlimited". */
const unlimited = '1000000g';

/**
 * Docker's `local` format takes half as much work to write and read as its JSON, which is what limits a busy process.
 * https://docs.docker.com/engine/logging/drivers/local/
 */
const docker: EngineDifferences = {
  name: 'docker',
  capabilities: dockerCapabilities,
  log: { Type: 'local', Config: { 'max-size': unlimited, 'max-file': '1', compress: 'false' } },
  logsCanBeFollowed: true,
  archivesNeedStart: false,
};

/**
 * Podman 4.3 leaves entries of a busy log out while it follows it. It unpacks what is put at `/` beside the volume, and
 * gives a volume its owner and mode when the first container that has it starts.
 */
const podman: EngineDifferences = {
  name: 'podman',
  // Its names of containers on a network come from a plugin that need not be there.
  capabilities: { ...dockerCapabilities, services: false },
  log: { Type: 'json-file', Config: { 'max-size': unlimited } },
  logsCanBeFollowed: false,
  archivesNeedStart: true,
};

/** By the engine's name, as `check` tells it. */
export const differencesOf = (engine: string): EngineDifferences => (engine === 'podman' ? podman : docker);
