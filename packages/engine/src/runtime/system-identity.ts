import { randomBytes } from 'node:crypto';
import type { Identity } from './ports.ts';

/** Lower-case letters and digits without those that are mistaken for each other. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * Run ids of 12 letters and digits (60 random bits): short enough for container names and to be typed by a prefix,
 * which begins to differ with the first character.
 */
export const systemIdentity: Identity = {
  runId: () => [...randomBytes(12)].map((byte) => alphabet[byte % alphabet.length]).join(''),
  token: () => randomBytes(16).toString('hex'),
};
