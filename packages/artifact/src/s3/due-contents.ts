import type { Bucket } from './bucket.ts';
import type { IndexEntry } from './index-entry.ts';
import type { Due, ObjectNames } from './names.ts';

/**
 * What was begun and not finished, and what was replaced, is looked at after this time: longer than any upload takes,
 * and than anybody reads what was replaced under his hands.
 */
export const graceMilliseconds = 7 * 24 * 60 * 60 * 1000;

/** The soonest that an artifact is looked at for its expiry, so that it never is before it is published. */
const soonestExpiry = 60 * 60 * 1000;

export interface DueContents {
  /** Called before a content is uploaded. */
  begin(content: Omit<Due, 'at'>, now: number): Promise<void>;
  /** Called before an entry with an expiry is published. */
  willExpire(content: Omit<Due, 'at'>, expiresAt: number, now: number): Promise<void>;
  /** Called when another content has taken its place. */
  replaced(content: Omit<Due, 'at'>, now: number): Promise<void>;
  /** Looks at what is due, in order; one request when nothing is. Returns how many artifacts went. */
  settle(now: number): Promise<number>;
}

/** Remembers in the bucket which contents to look at, and when: nothing has to be searched for. */
export function dueContents(
  bucket: Bucket,
  names: ObjectNames,
  findEntry: (executionId: string, keyHash: string) => Promise<IndexEntry | undefined>,
): DueContents {
  const remember = (due: Due): Promise<void> => bucket.put(names.due(due), '');

  /** Whether an artifact went. */
  async function look(due: Due, now: number): Promise<boolean> {
    const { executionId, keyHash, contentId } = due;
    const entry = await findEntry(executionId, keyHash);
    if (entry?.contentId !== contentId) {
      await bucket.remove(names.content(due));
      return false;
    }
    const { expiresAt } = entry.artifact;
    if (expiresAt === undefined || Date.parse(expiresAt) > now) return false;
    await bucket.remove(names.index(executionId, keyHash));
    await bucket.remove(names.content(due));
    return true;
  }

  return {
    begin: (content, now) => remember({ ...content, at: now + graceMilliseconds }),
    willExpire: (content, expiresAt, now) => remember({ ...content, at: Math.max(expiresAt, now + soonestExpiry) }),
    replaced: (content, now) => remember({ ...content, at: now + graceMilliseconds }),
    async settle(now) {
      let expired = 0;
      for await (const name of bucket.list(names.dues)) {
        const due = names.parseDue(name);
        if (due === undefined) continue;
        if (due.at > now) break;
        if (await look(due, now)) expired++;
        await bucket.remove(name);
      }
      await bucket.abortUploads(names.contents, now - graceMilliseconds);
      return expired;
    },
  };
}
