import path from 'node:path';
import { parseByteSize, type DatabaseConnection, type StepPorts } from '@cicd/plugin';
import { connectionFailure } from '../databases/connection-failure.ts';
import { createPostgresConnection } from '../databases/postgres/postgres-connection.ts';
import { createSqliteConnection } from '../databases/sqlite/sqlite-connection.ts';
import { artifactsInBucket, bucketSecrets, type ArtifactPlace } from './artifacts-in-bucket.ts';
import type { Settings } from './settings.ts';

export interface SettingsSurroundings {
  /** Where relative paths begin. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface SettingsPorts {
  readonly ports: Pick<StepPorts, 'databases' | 'network'>;
  /** Where artifacts are kept, when that is not the data folder. */
  readonly artifacts: ArtifactPlace | undefined;
  /** An absolute file of SSH servers and their keys. */
  readonly knownHostsFile: string | undefined;
  /** Bytes that all caches together may take. */
  readonly cacheQuota?: number;
  /** What no log and no error may show. */
  readonly secrets: readonly string[];
}

/** What steps may use by the settings. Nothing is opened before it is used. */
export function portsOfSettings(settings: Settings, { folder, env }: SettingsSurroundings): SettingsPorts {
  const databases = new Map<string, DatabaseConnection>();
  const secrets: string[] = [];
  for (const [name, setting] of Object.entries(settings.databases ?? {})) {
    if (setting.type === 'sqlite') {
      databases.set(name, createSqliteConnection(name, path.resolve(folder, setting.file)));
      continue;
    }
    const url = env[setting.url_env];
    if (url === undefined) {
      databases.set(name, missing(name, `the environment has no variable ${setting.url_env}`));
      continue;
    }
    secrets.push(url, ...passwordsOf(url));
    databases.set(name, createPostgresConnection(name, url));
  }
  const s3 = settings.artifacts?.s3;
  if (s3) secrets.push(...bucketSecrets(s3, env));
  const knownHosts = settings.git?.known_hosts;
  return {
    ports: { databases, network: settings.network ?? { allowed: [] } },
    artifacts: s3 && artifactsInBucket(s3, env),
    knownHostsFile: knownHosts === undefined ? undefined : path.resolve(folder, knownHosts),
    ...(settings.caches && { cacheQuota: parseByteSize(settings.caches.quota) }),
    secrets,
  };
}

function missing(name: string, why: string): DatabaseConnection {
  const fail = () => Promise.reject(connectionFailure(name, 'unreachable', why));
  return { query: fail, execute: fail };
}

/** As it is written in the URL, and as it is meant. */
function passwordsOf(url: string): readonly string[] {
  if (!URL.canParse(url)) return [];
  const { password } = new URL(url);
  if (password === '') return [];
  try {
    return [...new Set([password, decodeURIComponent(password)])];
  } catch {
    // It is no encoding of anything, and meant as it is.
    return [password];
  }
}
