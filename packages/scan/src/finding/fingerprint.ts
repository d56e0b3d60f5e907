import { createHash } from 'node:crypto';

/**
 * Names a finding across scans: by its rule and place, and by what stands there rather than by the line it stands on.
 * Equal ones are counted, so that each has a name of its own.
 */
export class Fingerprints {
  readonly #seen = new Map<string, number>();

  of(parts: readonly string[]): string {
    const material = JSON.stringify(parts);
    const count = this.#seen.get(material) ?? 0;
    this.#seen.set(material, count + 1);
    return createHash('sha256').update(`${material}#${count}`).digest('hex').slice(0, 32);
  }
}
