import { ConfigError } from '../errors/config-error.ts';

const unitMilliseconds: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Go's form (https://pkg.go.dev/time#ParseDuration) without a sign: `300s`, `1h30m`, `1.5h`, `0`. */
export const durationPattern = '^(0|(\\d+(\\.\\d+)?(ns|us|µs|ms|s|m|h))+)$';

const whole = new RegExp(durationPattern);

/** Milliseconds of a duration in Go's form. A bare number is refused. Errors: `pipeline.duration_invalid`. */
export function parseDuration(text: string): number {
  if (!whole.test(text)) {
    throw new ConfigError({
      code: 'pipeline.duration_invalid',
      message: `"${text.slice(0, 40)}" is not a duration`,
      hint: 'Write a number with a unit: 300s, 10m, 1h30m.',
    });
  }
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * (unitMilliseconds[unit ?? ''] ?? 0);
  }
  return total;
}

/** A duration for people, two units at most: `250ms`, `1.2s`, `3m05s`, `2h10m`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)}ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1_000).toFixed(1)}s`;
  const seconds = Math.round(milliseconds / 1_000);
  const two = (value: number) => String(value).padStart(2, '0');
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3_600)}h${two(Math.floor((seconds % 3_600) / 60))}m`;
}
