import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Bytes of a key. */
export const keyLength = 32;

const algorithm = 'aes-256-gcm';
/** The first byte of everything sealed, so that another form can follow this one. */
const form = 1;
/** The lengths that NIST SP 800-38D names for GCM. */
const nonceLength = 12;
const tagLength = 16;
const headLength = 1 + nonceLength + tagLength;

/**
 * Encrypts with AES-256-GCM and binds the result to a place: it opens with the same key at the same place only.
 * The result: the form (1 byte), a random nonce (12), the tag (16), the ciphertext.
 */
export function seal(key: Uint8Array, content: Uint8Array, place: readonly string[]): Buffer {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength }).setAAD(bytesOf(place));
  const sealed = Buffer.concat([cipher.update(content), cipher.final()]);
  return Buffer.concat([Buffer.of(form), nonce, cipher.getAuthTag(), sealed]);
}

/** What was sealed; undefined when the key, the place or a single bit is another. */
export function open(key: Uint8Array, sealed: Uint8Array, place: readonly string[]): Buffer | undefined {
  if (sealed.length < headLength || sealed[0] !== form) return undefined;
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(1, 1 + nonceLength), { authTagLength: tagLength })
    .setAAD(bytesOf(place))
    .setAuthTag(sealed.subarray(1 + nonceLength, headLength));
  const content = decipher.update(sealed.subarray(headLength));
  try {
    return Buffer.concat([content, decipher.final()]);
  } catch {
    // The one thing that `final` can say is that it does not fit.
    return undefined;
  }
}

/** JSON keeps `['a', 'bc']` and `['ab', 'c']` apart. */
const bytesOf = (place: readonly string[]): Buffer => Buffer.from(JSON.stringify(place));
