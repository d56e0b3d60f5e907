import { randomBytes } from 'node:crypto';
import type { SqliteDatabase } from '@cicd/database';
import { ConfigError, type Clock } from '@cicd/plugin';
import { recordAudit } from '../audit/audit-trail.ts';
import { roles, type Principal, type Role } from '../roles.ts';
import { newTokenText, tokenHash } from './token-text.ts';

/** What is shown of a token: everything but itself. */
export interface TokenEntry {
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** The one project that it sees; absent: all. */
  readonly project?: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt: string;
  readonly revokedAt?: string;
}

export interface NewToken {
  /** Who uses it: `ci-bot`. */
  readonly name: string;
  readonly role: Role;
  readonly project?: string;
  /** Milliseconds from now; at most a year. */
  readonly lifetime: number;
}

/** Who does something, and from where: for the audit trail. */
export interface Actor {
  readonly name: string;
  readonly origin: string;
}

export interface TokenStore {
  /** `text` is the token: it is shown once, and kept nowhere. Errors: `access.token_refused`. */
  create(token: NewToken, by: Actor): Promise<{ readonly entry: TokenEntry; readonly text: string }>;
  /** Newest first, with those that are over. */
  list(): Promise<readonly TokenEntry[]>;
  /** From now on it opens nothing. Idempotent. Errors: `access.token_not_found`. */
  revoke(id: string, by: Actor): Promise<void>;
  /** Whom a token stands for; undefined when it is unknown, expired or revoked. */
  authenticate(text: string): Promise<Principal | undefined>;
}

interface TokenRow {
  readonly id: string;
  readonly hash: Uint8Array;
  readonly name: string;
  readonly role: Role;
  readonly project: string | null;
  readonly created_at: string;
  readonly created_by: string;
  readonly expires_at: string;
  readonly revoked_at: string | null;
}

const namePattern = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const longestLifetime = 366 * 24 * 3_600_000;

/** Over a database with `accessMigrations`. */
export function createTokenStore(
  database: Pick<SqliteDatabase, 'read' | 'write'>,
  clock: Pick<Clock, 'now'>,
): TokenStore {
  const time = (milliseconds: number) => new Date(milliseconds).toISOString();
  return {
    async create({ name, role, project, lifetime }, by) {
      check({ name, role, lifetime });
      const now = clock.now();
      const text = newTokenText();
      const row: TokenRow = {
        id: randomBytes(8).toString('hex'),
        hash: tokenHash(text) ?? Buffer.alloc(0),
        name,
        role,
        project: project ?? null,
        created_at: time(now),
        created_by: by.name,
        expires_at: time(now + lifetime),
        revoked_at: null,
      };
      await database.write((connection) => {
        connection
          .prepare(
            `INSERT INTO access_token (id, hash, name, role, project, created_at, created_by, expires_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          )
          .run(row.id, row.hash, name, role, row.project, row.created_at, row.created_by, row.expires_at);
        recordAudit(connection, auditOf('token.created', row.id, row.created_at, by));
      });
      return { entry: entryOf(row), text };
    },

    list() {
      return database.read((connection) =>
        connection.prepare<TokenRow>('SELECT * FROM access_token ORDER BY created_at DESC, id').all().map(entryOf),
      );
    },

    async revoke(id, by) {
      const at = time(clock.now());
      await database.write((connection) => {
        const row = connection.prepare<TokenRow>('SELECT * FROM access_token WHERE id = ?').get(id);
        if (!row) {
          throw new ConfigError({
            code: 'access.token_not_found',
            message: `there is no token ${JSON.stringify(id.slice(0, 40))}`,
            hint: 'See which there are: cicd token list',
          });
        }
        if (row.revoked_at !== null) return;
        connection.prepare('UPDATE access_token SET revoked_at = ? WHERE id = ?').run(at, id);
        recordAudit(connection, auditOf('token.revoked', id, at, by));
      });
    },

    async authenticate(text) {
      const hash = tokenHash(text);
      if (!hash) return undefined;
      const row = await database.read((connection) =>
        connection.prepare<TokenRow>('SELECT * FROM access_token WHERE hash = ?').get(hash),
      );
      if (!row || row.revoked_at !== null || Date.parse(row.expires_at) <= clock.now()) return undefined;
      return { name: `token:${row.name}`, role: row.role, ...(row.project !== null && { project: row.project }) };
    },
  };
}

const auditOf = (action: string, id: string, at: string, { name, origin }: Actor) => ({
  at,
  actor: name,
  action,
  object: `token:${id}`,
  origin,
});

const entryOf = (row: TokenRow): TokenEntry => ({
  id: row.id,
  name: row.name,
  role: row.role,
  ...(row.project !== null && { project: row.project }),
  createdAt: row.created_at,
  createdBy: row.created_by,
  expiresAt: row.expires_at,
  ...(row.revoked_at !== null && { revokedAt: row.revoked_at }),
});

function check({ name, role, lifetime }: Pick<NewToken, 'name' | 'role' | 'lifetime'>): void {
  const wrong = !namePattern.test(name)
    ? `${JSON.stringify(name.slice(0, 80))} is no name of a token: use lower-case letters, digits, dots and dashes`
    : !roles.includes(role)
      ? `there is no role ${JSON.stringify(role)}`
      : !(lifetime > 0 && lifetime <= longestLifetime)
        ? 'a token lives for more than nothing and at most 366 days'
        : undefined;
  if (wrong === undefined) return;
  throw new ConfigError({
    code: 'access.token_refused',
    message: wrong,
    hint: `Roles: ${roles.join(', ')}. A lifetime is a duration, such as 2160h for 90 days.`,
  });
}
