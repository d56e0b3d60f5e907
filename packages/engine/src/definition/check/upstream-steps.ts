import type { StaticStep } from '../../expression/index.ts';

/** Which steps come before which: one bit per pair, computed when the first expression asks. */
interface Upstream {
  has(step: number, other: number): boolean;
}

/**
 * The transitive needs of every step. `order` is topological. Steps with the same needs share one set, so that a
 * dense graph in layers costs a set per layer, not per step.
 */
export function createUpstream(needs: readonly (readonly number[])[], order: readonly number[]): Upstream {
  let sets: readonly Uint32Array[] | undefined;
  return {
    has(step, other) {
      sets ??= ancestorSets(needs, order);
      const word = sets[step]?.[other >>> 5] ?? 0;
      return (word & (1 << (other & 31))) !== 0;
    },
  };
}

function ancestorSets(needs: readonly (readonly number[])[], order: readonly number[]): readonly Uint32Array[] {
  const words = Math.ceil(needs.length / 32);
  const sets: Uint32Array[] = [];
  const byNeeds = new Map<string, Uint32Array>();
  for (const step of order) {
    const direct = needs[step] ?? [];
    const key = direct.join(' ');
    const known = byNeeds.get(key);
    const set = known ?? new Uint32Array(words);
    if (!known) {
      for (const need of direct) {
        sets[need]?.forEach((word, at) => {
          set[at] = (set[at] ?? 0) | word;
        });
        set[need >>> 5] = (set[need >>> 5] ?? 0) | (1 << (need & 31));
      }
      byNeeds.set(key, set);
    }
    sets[step] = set;
  }
  return sets;
}

/** The steps upstream of one step, as the map that a scope wants, without building it. */
export class UpstreamSteps implements ReadonlyMap<string, StaticStep> {
  readonly #all: ReadonlyMap<string, StaticStep>;
  readonly #isUpstream: (name: string) => boolean;

  constructor(all: ReadonlyMap<string, StaticStep>, isUpstream: (name: string) => boolean) {
    this.#all = all;
    this.#isUpstream = isUpstream;
  }

  has(name: string): boolean {
    return this.#all.has(name) && this.#isUpstream(name);
  }

  get(name: string): StaticStep | undefined {
    return this.has(name) ? this.#all.get(name) : undefined;
  }

  get size(): number {
    return [...this.keys()].length;
  }

  *entries(): MapIterator<[string, StaticStep]> {
    for (const [name, step] of this.#all) if (this.#isUpstream(name)) yield [name, step];
  }

  *keys(): MapIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): MapIterator<StaticStep> {
    for (const [, step] of this.entries()) yield step;
  }

  [Symbol.iterator](): MapIterator<[string, StaticStep]> {
    return this.entries();
  }

  forEach(callback: (step: StaticStep, name: string, map: ReadonlyMap<string, StaticStep>) => void): void {
    for (const [name, step] of this.entries()) callback(step, name, this);
  }
}
