import { createHash } from 'node:crypto';

/** Something that somebody did. */
export interface AuditEntry {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** `local:ann`, `token:ci-bot`. */
  readonly actor: string;
  /** `token.created` */
  readonly action: string;
  /** What it was done to: `token:3f0c9a1be2d47785`. */
  readonly object: string;
  /** From where: `terminal`, or an address. */
  readonly origin: string;
}

/** An entry as it is kept. */
export interface AuditRow {
  /** From 1, without a gap. */
  readonly sequence: number;
  /** JSON. */
  readonly entry: string;
  /** SHA-256 over the hash before, the sequence and the entry; hexadecimal. */
  readonly hash: string;
}

/** What stands before the first row. */
const beginning = '0'.repeat(64);

/** The row that follows another. */
export function nextRow(before: Pick<AuditRow, 'sequence' | 'hash'> | undefined, entry: AuditEntry): AuditRow {
  const sequence = (before?.sequence ?? 0) + 1;
  const text = JSON.stringify(entry);
  return { sequence, entry: text, hash: hashOf(before?.hash ?? beginning, sequence, text) };
}

/**
 * The sequence of the first row that is not what was written: changed, or after one that is missing. Undefined when all
 * hold. Rows cut off at the end leave no trace here: keep the newest hash elsewhere to see them too.
 */
export function firstBroken(rows: Iterable<AuditRow>): number | undefined {
  let before: AuditRow | undefined;
  for (const row of rows) {
    const expected = hashOf(before?.hash ?? beginning, (before?.sequence ?? 0) + 1, row.entry);
    if (row.sequence !== (before?.sequence ?? 0) + 1 || row.hash !== expected) return row.sequence;
    before = row;
  }
  return undefined;
}

const hashOf = (before: string, sequence: number, entry: string): string =>
  createHash('sha256')
    .update(JSON.stringify([before, sequence, entry]))
    .digest('hex');
