import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase, type SqliteDatabase } from '@cicd/database';
import { accessMigrations, createAuditTrail, createTokenStore, type TokenStore } from '../src/index.ts';

const ann = { name: 'local:ann', origin: 'terminal' };
const bot = { name: 'ci-bot', role: 'viewer', lifetime: 3_600_000 } as const;

let now: number;
let database: SqliteDatabase;
let tokens: TokenStore;
beforeEach(async () => {
  now = Date.UTC(2026, 0, 2);
  database = await openDatabase({ migrations: [...accessMigrations] });
  tokens = createTokenStore(database, { now: () => now });
});
afterEach(() => database.close());

it('opens what its role opens, until it expires', async () => {
  const { text } = await tokens.create({ ...bot, project: '/shop' }, ann);
  expect(text).toMatch(/^cicd_[\w-]{43}$/);
  expect(await tokens.authenticate(text)).toEqual({ name: 'token:ci-bot', role: 'viewer', project: '/shop' });
  now += bot.lifetime;
  expect(await tokens.authenticate(text)).toBeUndefined();
});

it('opens nothing once it is revoked; that is written down once', async () => {
  const { entry, text } = await tokens.create(bot, ann);
  await tokens.revoke(entry.id, ann);
  await tokens.revoke(entry.id, ann);
  expect(await tokens.authenticate(text)).toBeUndefined();
  const trail = await createAuditTrail(database).list();
  expect(trail.map(({ action, object, actor }) => ({ action, object, actor }))).toEqual([
    { action: 'token.revoked', object: `token:${entry.id}`, actor: 'local:ann' },
    { action: 'token.created', object: `token:${entry.id}`, actor: 'local:ann' },
  ]);
  await expect(tokens.revoke('0000', ann)).rejects.toMatchObject({ code: 'access.token_not_found' });
});

it('is kept as its hash alone', async () => {
  const { text } = await tokens.create(bot, ann);
  const rows = await database.read((connection) => connection.prepare('SELECT * FROM access_token').all());
  expect(JSON.stringify(rows)).not.toContain(text);
  expect(JSON.stringify(await tokens.list())).not.toContain(text);
});

describe('what is no token', () => {
  it.each(['', 'cicd_', 'Bearer x', `cicd_${'a'.repeat(43)}`, `cicd_${'a'.repeat(44)}`, "' OR 1=1 --"])(
    '%j opens nothing',
    async (text) => {
      await tokens.create(bot, ann);
      expect(await tokens.authenticate(text)).toBeUndefined();
    },
  );
});

describe('a token is refused', () => {
  it.each([
    ['without a name', { name: '' }],
    ['with a name of another shape', { name: 'A B' }],
    ['with an unknown role', { role: 'root' as 'admin' }],
    ['that lives for nothing', { lifetime: 0 }],
    ['that lives for ever', { lifetime: Infinity }],
    ['that lives for no number', { lifetime: Number.NaN }],
  ])('%s', async (_what, change) => {
    await expect(tokens.create({ ...bot, ...change }, ann)).rejects.toMatchObject({ code: 'access.token_refused' });
    expect(await tokens.list()).toEqual([]);
  });
});
