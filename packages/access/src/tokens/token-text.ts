import { createHash, randomBytes } from 'node:crypto';

/** Scanners of repositories find tokens by it. */
const prefix = 'cicd_';
/** 256 bits in base64url. */
const pattern = /^cicd_[A-Za-z0-9_-]{43}$/;

/** A token that nobody can guess. It is shown once: only its hash is kept. */
export const newTokenText = (random: (size: number) => Buffer = randomBytes): string =>
  `${prefix}${random(32).toString('base64url')}`;

/** What is kept of a token; undefined for what cannot be one. A random value of 256 bits needs no slow hash. */
export const tokenHash = (text: string): Buffer | undefined =>
  pattern.test(text) ? createHash('sha256').update(text).digest() : undefined;
