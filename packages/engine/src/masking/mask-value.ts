/**
 * A copy of a JSON value with every string masked, keys too. A number that is a secret becomes text: better a value
 * of another type than a leak. Keys that become equal are told apart by a number behind them.
 */
export function maskValue<T>(value: T, text: (plain: string) => string): T {
  return mask(value, text) as T;
}

function mask(value: unknown, text: (plain: string) => string): unknown {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number' || typeof value === 'bigint') return text(String(value)) === '***' ? '***' : value;
  if (Array.isArray(value)) return value.map((item) => mask(item, text));
  if (typeof value === 'object' && value !== null) return maskRecord(value, text);
  return value;
}

function maskRecord(record: object, text: (plain: string) => string): object {
  const masked = new Map<string, unknown>();
  for (const [key, item] of Object.entries(record)) masked.set(freeKey(masked, text(key)), mask(item, text));
  return Object.fromEntries(masked);
}

function freeKey(taken: ReadonlyMap<string, unknown>, key: string): string {
  let free = key;
  for (let number = 2; taken.has(free); number += 1) free = `${key} (${number})`;
  return free;
}
