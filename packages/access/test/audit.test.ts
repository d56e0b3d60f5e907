import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openDatabase } from '@cicd/database';
import { accessMigrations, createAuditTrail, recordAudit, type AuditEntry } from '../src/index.ts';
import { firstBroken, nextRow, type AuditRow } from '../src/audit/audit-chain.ts';

const entry = fc.record({
  at: fc.constant('2026-01-02T00:00:00.000Z'),
  actor: fc.string(),
  action: fc.string(),
  object: fc.string(),
  origin: fc.string(),
});

function chainOf(entries: readonly AuditEntry[]): AuditRow[] {
  const rows: AuditRow[] = [];
  for (const each of entries) rows.push(nextRow(rows.at(-1), each));
  return rows;
}

it('a chain as it was written holds', () => {
  fc.assert(fc.property(fc.array(entry), (entries) => expect(firstBroken(chainOf(entries))).toBeUndefined()));
});

it('a changed, a missing and a swapped row are seen', () => {
  fc.assert(
    fc.property(fc.array(entry, { minLength: 2, maxLength: 8 }), fc.nat(), entry, (entries, at, other) => {
      const rows = chainOf(entries);
      const place = at % rows.length;
      const changed = rows.with(place, { ...rows[place]!, entry: JSON.stringify(other) });
      fc.pre(changed[place]!.entry !== rows[place]!.entry);
      expect(firstBroken(changed)).toBe(place + 1);
      const rehashed = rows.with(place, nextRow(rows[place - 1], other));
      if (place < rows.length - 1) {
        expect(firstBroken(rehashed)).toBe(place + 2);
        expect(firstBroken(rows.toSpliced(place, 1))).toBeDefined();
        expect(firstBroken(rows.toSpliced(place, 2, rows[place + 1]!, rows[place]!))).toBeDefined();
      }
    }),
  );
});

it('an entry is there when what it tells about is, and not otherwise', async () => {
  const database = await openDatabase({ migrations: [...accessMigrations] });
  const trail = createAuditTrail(database);
  const told = {
    at: '2026-01-02T00:00:00.000Z',
    actor: 'ann',
    action: 'token.created',
    object: 'token:1',
    origin: 'terminal',
  };
  await database.write((connection) => recordAudit(connection, told));
  const undone = database.write((connection) => {
    recordAudit(connection, { ...told, action: 'token.revoked' });
    throw new Error('the change fails');
  });
  await expect(undone).rejects.toThrow('the change fails');
  expect(await trail.list()).toEqual([{ sequence: 1, ...told }]);
  expect(await trail.verify()).toEqual({ entries: 1, hash: expect.any(String) });
  await database.write((connection) => connection.prepare(`UPDATE audit SET entry = '{}'`).run());
  expect(await trail.verify()).toMatchObject({ broken: 1 });
  await database.close();
});
