import { createHash } from 'node:crypto';

/** A time in a name, so that names in order are times in order. */
const timeDigits = 15;

/** Which content of which artifact is to be looked at, and when. */
export interface Due {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly executionId: string;
  /** SHA-256 of the key, in hexadecimal: a key of any shape is a name of one shape. */
  readonly keyHash: string;
  readonly contentId: string;
}

export const keyHashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/**
 * Names of objects below a prefix:
 *
 *     content/EXECUTION/KEYHASH/CONTENT   the bytes, each upload under a name of its own
 *     index/EXECUTION/KEYHASH             which content is the artifact, and all about it: written last
 *     due/TIME/EXECUTION/KEYHASH/CONTENT  when to look whether the content is still wanted; empty
 *
 * Ids of executions are safe in names by their shape.
 */
export function objectNames(prefix: string) {
  const root = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  const place = ({ executionId, keyHash, contentId }: Omit<Due, 'at'>) => `${executionId}/${keyHash}/${contentId}`;
  return {
    contents: `${root}content/`,
    dues: `${root}due/`,
    indexOf: (executionId: string) => `${root}index/${executionId}/`,
    index: (executionId: string, keyHash: string) => `${root}index/${executionId}/${keyHash}`,
    content: (content: Omit<Due, 'at'>) => `${root}content/${place(content)}`,
    due: (due: Due) => `${root}due/${String(due.at).padStart(timeDigits, '0')}/${place(due)}`,
    /** Undefined for a name that is none of ours. */
    parseDue(name: string): Due | undefined {
      const [at, executionId, keyHash, contentId, ...more] = name.slice(`${root}due/`.length).split('/');
      if (!/^\d{15}$/.test(at ?? '') || !executionId || !keyHash || !contentId || more.length > 0) return undefined;
      return { at: Number(at), executionId, keyHash, contentId };
    },
  };
}

export type ObjectNames = ReturnType<typeof objectNames>;
