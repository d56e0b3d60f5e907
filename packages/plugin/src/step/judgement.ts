import type { JsonObject } from '../schema/json.ts';

/** A condition as it was judged, for people to see. */
export interface Judgement {
  /** CEL, as written. */
  readonly expression: string;
  readonly holds: boolean;
  /** What it read, by name: `scan.passed` → true. Long values are cut, missing ones left out. */
  readonly values: JsonObject;
  /** Why it could not be judged; then it does not hold. */
  readonly trouble?: string;
}

/** `✗ scan.critical == 0  (scan.critical: 3)` */
export function describeJudgement({ expression, holds, values, trouble }: Judgement): string {
  const read = Object.entries(values).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const notes = [...read, ...(trouble === undefined ? [] : [trouble])];
  return `${holds ? '✓' : '✗'} ${expression}${notes.length === 0 ? '' : `  (${notes.join(', ')})`}`;
}
