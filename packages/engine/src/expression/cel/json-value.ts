import { type CelInput, type CelValue, celList, celMap, isCelList, isCelMap, isCelUint } from '@bufbuild/cel';
import { toJson } from '@bufbuild/protobuf';
import { isReflectMessage } from '@bufbuild/protobuf/reflect';
import { type Duration, DurationSchema, type Timestamp, TimestampSchema } from '@bufbuild/protobuf/wkt';
import type { Json, JsonObject } from '@cicd/plugin';
import { findName } from './dashed-name.ts';

/** JSON as CEL sees it: whole numbers are ints, so that they print and compare without a fraction. */
export function toCelValue(value: Json): CelInput {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return celList((value as readonly Json[]).map(toCelValue));
  return celMap(new ObjectMap(value as JsonObject, false, toCelValue));
}

/** A map whose keys are names of the pipeline: `a_b` also finds `a-b`. Names of the scopes around belong to it. */
export function toNameMap<Value>(
  values: Readonly<Record<string, Value>>,
  convert: (value: Value) => CelInput,
): CelInput {
  return celMap(new ObjectMap(values, true, convert));
}

/** The result of an expression as JSON. Throws `RangeError` with a sentence for what JSON cannot hold. */
export function fromCelValue(value: CelValue): Json {
  switch (typeof value) {
    case 'bigint':
      return safeInteger(value);
    case 'number':
      if (!Number.isFinite(value)) throw new RangeError(`${value} is not a JSON number.`);
      return value;
    case 'object':
      return fromCelObject(value);
    default:
      return value;
  }
}

function fromCelObject(value: CelValue & (object | null)): Json {
  if (value === null) return null;
  if (isCelUint(value)) return safeInteger(value.value);
  if (isCelList(value)) return [...value].map(fromCelValue);
  if (isCelMap(value)) return Object.fromEntries([...value].map(([key, member]) => [keyOf(key), fromCelValue(member)]));
  if (isReflectMessage(value, TimestampSchema)) return toJson(TimestampSchema, value.message as Timestamp);
  if (isReflectMessage(value, DurationSchema)) return toJson(DurationSchema, value.message as Duration);
  throw new RangeError('The result is neither text, number, boolean, list nor map; `string(…)` turns bytes into text.');
}

function keyOf(key: unknown): string {
  return isCelUint(key) ? String(key.value) : String(key);
}

function safeInteger(value: bigint): number {
  if (value < BigInt(Number.MIN_SAFE_INTEGER) || value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new RangeError(
      `${value} is beyond the whole numbers that JSON holds exactly (±(2^53 - 1)); use \`string(…)\`.`,
    );
  return Number(value);
}

/** A view that converts members when they are read: a step's outputs may be large. */
class ObjectMap<Value> implements ReadonlyMap<string, CelInput> {
  readonly #values: Readonly<Record<string, Value>>;
  readonly #names: boolean;
  readonly #convert: (value: Value) => CelInput;

  constructor(values: Readonly<Record<string, Value>>, names: boolean, convert: (value: Value) => CelInput) {
    this.#values = values;
    this.#names = names;
    this.#convert = convert;
  }

  get size(): number {
    return [...this.#presentKeys()].length;
  }

  get(key: unknown): CelInput | undefined {
    if (typeof key !== 'string') return undefined;
    const own = Object.hasOwn(this.#values, key) ? key : undefined;
    const name = this.#names ? findName(this.#values, key) : own;
    if (name === undefined) return undefined;
    const value = this.#values[name];
    return value === undefined ? undefined : this.#convert(value);
  }

  has(key: unknown): boolean {
    return this.get(key) !== undefined;
  }

  keys(): MapIterator<string> {
    return this.#present().keys();
  }

  values(): MapIterator<CelInput> {
    return this.#present().values();
  }

  entries(): MapIterator<[string, CelInput]> {
    return this.#present().entries();
  }

  [Symbol.iterator](): MapIterator<[string, CelInput]> {
    return this.entries();
  }

  forEach(callback: (value: CelInput, key: string, map: ReadonlyMap<string, CelInput>) => void): void {
    this.#present().forEach((value, key) => callback(value, key, this));
  }

  #present(): Map<string, CelInput> {
    const present = new Map<string, CelInput>();
    for (const key of this.#presentKeys()) present.set(key, this.#convert(this.#values[key] as Value));
    return present;
  }

  /** With the names of the scopes around, which are its prototypes; a plain object's has none that are enumerable. */
  *#presentKeys(): Generator<string> {
    for (const key in this.#values) if (this.#values[key] !== undefined) yield key;
  }
}
