import type { Json, JsonObject } from '@cicd/plugin';

export interface RowLimits {
  readonly maxRows: number;
  readonly beyond: 'fail' | 'leave';
  /** Bytes of JSON. */
  readonly maxBytes: number;
}

/** More was found than is kept. */
export class TooManyRows extends Error {}

/** Collects rows as JSON until there are enough. */
export class RowCollector {
  readonly rows: JsonObject[] = [];
  readonly #limits: RowLimits;
  #bytes = 0;

  constructor(limits: RowLimits) {
    this.#limits = limits;
  }

  /** False when no further row is wanted. Errors: `TooManyRows`. */
  add(row: Readonly<Record<string, unknown>>): boolean {
    const { maxRows, maxBytes, beyond } = this.#limits;
    if (this.rows.length === maxRows) {
      if (beyond === 'leave') return false;
      throw new TooManyRows(`there are more than ${maxRows} rows`);
    }
    const json = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, jsonOf(value)]));
    this.#bytes += Buffer.byteLength(JSON.stringify(json));
    if (this.#bytes > maxBytes) throw new TooManyRows(`the rows have more than ${maxBytes} bytes`);
    this.rows.push(json);
    return true;
  }
}

/** A value of a database as JSON, without loss: what a double cannot hold is text. */
function jsonOf(value: unknown): Json {
  switch (typeof value) {
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'string':
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return null;
      if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
      if (Array.isArray(value)) return value.map(jsonOf);
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, jsonOf(inner)]));
    default:
      return null;
  }
}
