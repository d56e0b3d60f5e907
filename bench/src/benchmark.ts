/** One figure of a benchmark beside what it is held against. */
export interface Figure {
  readonly what: string;
  /** What was measured, with its unit: `312 ms`. */
  readonly measured: string;
  /** The floor or the peer of the same run: `docker run --rm: 263 ms`. */
  readonly floor?: string;
  /** Measured ÷ floor, where both are the same kind of thing. */
  readonly ratio?: number;
  /** What is to be reached: `≤ 1.5 ×`, `≥ 25 MB/s`. */
  readonly target: string;
  readonly reached: boolean;
}

/** A benchmark: prints no verdict of its own and fails no build; the figures are for people. */
export interface Benchmark {
  readonly name: string;
  /** Whether it runs containers. */
  readonly needsEngine: boolean;
  run(): Promise<readonly Figure[]>;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export async function milliseconds(work: () => Promise<unknown> | void): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** A time held against a floor in the same unit: reached when it is at most `factor` times as long. */
export function comparedTime(
  what: string,
  measured: number,
  floor: { name: string; time: number },
  factor: number,
): Figure {
  const ratio = measured / floor.time;
  return {
    what,
    measured: `${Math.round(measured)} ms`,
    floor: `${floor.name}: ${Math.round(floor.time)} ms`,
    ratio,
    target: `≤ ${Number(factor.toFixed(2))} ×`,
    reached: ratio <= factor,
  };
}
