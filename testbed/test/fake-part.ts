import type { Facts, Part } from '../src/part.ts';

/** A part without anything behind it, that remembers what was asked of it. */
export interface FakePart extends Part {
  readonly asked: string[];
}

export function fakePart(name: string, verbs: Partial<Part> & { readonly present?: Facts } = {}): FakePart {
  const asked: string[] = [];
  let present = verbs.present;
  return {
    name,
    description: `the ${name}`,
    needs: verbs.needs ?? [],
    asked,
    async check(bed) {
      asked.push('check');
      return verbs.check === undefined ? present : await verbs.check(bed);
    },
    async up(bed) {
      asked.push('up');
      present = verbs.up === undefined ? { name } : await verbs.up(bed);
      return present;
    },
    async down(bed) {
      asked.push('down');
      await verbs.down?.(bed);
      present = undefined;
    },
    ...(verbs.environment === undefined ? {} : { environment: verbs.environment }),
  };
}
