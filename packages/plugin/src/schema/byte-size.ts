import { ConfigError } from '../errors/config-error.ts';

const unitBytes: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** `512MiB`, `1.5GiB`, or plain bytes. */
export const byteSizePattern = '^\\d+(\\.\\d+)?(B|KiB|MiB|GiB|TiB)?$';

const whole = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB|TiB)?$/;

/** Bytes of a size. Errors: `pipeline.size_invalid`. */
export function parseByteSize(value: string | number): number {
  if (typeof value === 'number') return value;
  const match = whole.exec(value);
  const bytes = match ? Number(match[1]) * (unitBytes[match[2] ?? ''] ?? 1) : Number.NaN;
  if (!Number.isSafeInteger(Math.round(bytes))) {
    throw new ConfigError({
      code: 'pipeline.size_invalid',
      message: `"${value.slice(0, 40)}" is not a size`,
      hint: 'Write 512MiB, 1.5GiB, or a number of bytes.',
    });
  }
  return Math.round(bytes);
}

/** A size for people: `512 B`, `1.4 MiB`. */
export function formatByteSize(bytes: number): string {
  let value = bytes;
  for (const unit of ['B', 'KiB', 'MiB', 'GiB']) {
    if (value < 1024) return unit === 'B' ? `${value} B` : `${value.toFixed(1)} ${unit}`;
    value /= 1024;
  }
  return `${value.toFixed(1)} TiB`;
}
