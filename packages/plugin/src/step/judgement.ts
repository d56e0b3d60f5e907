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
