import path from 'node:path';
import { lockFile, type SqliteDatabase } from '@cicd/database';
import { CicdError, ConfigError, EngineError, type Clock } from '@cicd/plugin';
import { createKeyFolder } from '../keys/key-folder.ts';
import { open, seal } from '../seal.ts';
import { firstWrappingKey, openDataKey, unwrap, wrapAllBy } from './data-keys.ts';
import {
  dataKeyRow,
  deleteSecret,
  putSecret,
  secretRow,
  secretRows,
  wrappingKeyId,
  type SecretRow,
} from './vault-rows.ts';

/** What is shown of a secret: everything but its value. */
export interface SecretEntry {
  readonly name: string;
  /** From 1; each change is another one. */
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
  readonly changedBy: string;
}

/** Secrets of projects. Values go in, and come out for a run alone. */
export interface SecretVault {
  /** Errors: `secret.name_refused`, `secret.too_long`. */
  set(project: string, name: string, value: string, by: string): Promise<SecretEntry>;
  /** By name. */
  list(project: string): Promise<readonly SecretEntry[]>;
  /** The value is overwritten on the disk. Errors: `secret.not_found`. */
  remove(project: string, name: string): Promise<void>;
  /**
   * Those of the names that the project has, for a run that is about to need them: hand them to nobody else.
   * Errors: `secret.key_missing`, `secret.damaged`.
   */
  reveal(project: string, names: readonly string[]): Promise<Readonly<Record<string, string>>>;
  /**
   * Replaces the key that wraps all others, and removes the one before. Killed at any moment it leaves everything
   * readable, and what it left is removed by the next. Returns for how many projects. Errors: `secret.rotation_busy`.
   */
  rotateKey(): Promise<number>;
}

export interface SecretVaultConfig {
  /** Opened with `vaultMigrations`, and with `secure_delete`. */
  readonly database: Pick<SqliteDatabase, 'read' | 'write'>;
  /** The folder of the wrapping keys. Made at the first secret, readable by its owner alone. */
  readonly keyFolder: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** As in `secrets.NAME`. */
const namePattern = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;
const longestValue = 65_536;

/** AES-256-GCM: a key for each project, wrapped by a key that lies in a file; a value is bound to project, name and version. */
export function createSecretVault({ database, keyFolder, clock }: SecretVaultConfig): SecretVault {
  const keys = createKeyFolder(keyFolder);

  const ensureWrappingKey = async () => {
    if ((await database.read(wrappingKeyId)) !== undefined) return;
    const made = keys.make();
    const chosen = await database.write((connection) => firstWrappingKey(connection, made));
    if (chosen !== made) keys.remove(made);
  };

  const revealNow = (project: string, names: readonly string[]) =>
    database.read((connection) => {
      const rows = secretRows(connection, project).filter(({ name }) => names.includes(name));
      const keyRow = dataKeyRow(connection, project);
      if (rows.length === 0 || !keyRow) return {};
      const key = unwrap(keys, keyRow);
      return Object.fromEntries(rows.map((row) => [row.name, valueOf(key, project, row)]));
    });

  return {
    async set(project, name, value, by) {
      check(name, value);
      await ensureWrappingKey();
      return database.write((connection) => {
        const key = openDataKey(connection, keys, project);
        const version = (secretRow(connection, project, name)?.version ?? 0) + 1;
        const sealed = seal(key, Buffer.from(value), placeOf(project, name, version));
        const row = { name, version, sealed, changed_at: new Date(clock.now()).toISOString(), changed_by: by };
        putSecret(connection, project, row);
        return entryOf(row);
      });
    },

    async list(project) {
      return database.read((connection) => secretRows(connection, project).map(entryOf));
    },

    async remove(project, name) {
      if (await database.write((connection) => deleteSecret(connection, project, name))) return;
      throw new ConfigError({
        code: 'secret.not_found',
        message: `the project has no secret ${name}`,
        hint: 'See which there are: cicd secrets list',
      });
    },

    async reveal(project, names) {
      const before = await database.read(wrappingKeyId);
      try {
        return await revealNow(project, names);
      } catch (error) {
        // A rotation between the look into the database and the one into the folder: the new key opens it.
        if (!isMissingKey(error) || (await database.read(wrappingKeyId)) === before) throw error;
        return revealNow(project, names);
      }
    },

    async rotateKey() {
      const current = await database.read(wrappingKeyId);
      if (current === undefined) return 0;
      const lock = await lockFile(path.join(keyFolder, '.rotation'));
      if (!lock) throw rotationBusy();
      try {
        const made = keys.make();
        const count = await database.write((connection) => wrapAllBy(connection, keys, made));
        keys.keepOnly(made);
        return count;
      } finally {
        lock.release();
      }
    },
  };
}

const placeOf = (project: string, name: string, version: number) => ['secret', project, name, String(version)];

const entryOf = ({ name, version, changed_at, changed_by }: SecretRow): SecretEntry => ({
  name,
  version,
  changedAt: changed_at,
  changedBy: changed_by,
});

const isMissingKey = (error: unknown) => CicdError.isInstance(error) && error.code === 'secret.key_missing';

function valueOf(key: Uint8Array, project: string, { name, version, sealed }: SecretRow): string {
  const value = open(key, sealed, placeOf(project, name, version));
  if (value) return value.toString();
  throw new EngineError({
    code: 'secret.damaged',
    message: `the secret ${name} of ${project} does not open: it is not what was written there`,
    hint: 'Set it again: cicd secrets set',
  });
}

function check(name: string, value: string): void {
  if (!namePattern.test(name)) {
    throw new ConfigError({
      code: 'secret.name_refused',
      message: `${JSON.stringify(name.slice(0, 80))} is no name of a secret`,
      hint: 'Use letters, digits and _, at most 63, and no digit first.',
    });
  }
  if (value.length <= longestValue) return;
  throw new ConfigError({
    code: 'secret.too_long',
    message: `The secret ${name} has more than ${longestValue} characters.`,
    hint: 'Store large data elsewhere and keep only its key as a secret.',
  });
}

const rotationBusy = () =>
  new EngineError({
    code: 'secret.rotation_busy',
    message: 'another process replaces the key of the secrets just now',
    hint: 'Wait until it is done.',
    retryable: true,
  });
