import type { Finding, SetAside } from '../finding/finding.ts';

/** An entry of `ignore`. */
export interface Ignore {
  readonly rule_id?: string;
  readonly cve?: string;
  readonly reason: string;
  /** `2027-01-31`: from this day on, in UTC, it holds no longer. */
  readonly expires: string;
}

/** Whether a day, `2027-01-31`, is one of the calendar. */
export function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

const isOver = ({ expires }: Ignore, now: number): boolean => now >= Date.parse(`${expires}T00:00:00Z`);

/** A rule is named in full, or without the folder that Semgrep puts before it: `js-eval` is `rules.js-eval`. */
const matches = (ignore: Ignore, { rule_id: rule, cve }: Finding): boolean =>
  (ignore.rule_id !== undefined && (rule === ignore.rule_id || rule.endsWith(`.${ignore.rule_id}`))) ||
  (ignore.cve !== undefined && ignore.cve.toUpperCase() === (cve ?? rule).toUpperCase());

export interface Sorted {
  readonly counted: readonly Finding[];
  readonly ignored: readonly SetAside[];
  /** Those whose day has come. */
  readonly over: readonly Ignore[];
  /** Those that hold, and fit nothing. */
  readonly unused: readonly Ignore[];
}

/** Takes out what is ignored at `now`. */
export function applyIgnores(findings: readonly Finding[], ignores: readonly Ignore[], now: number): Sorted {
  const over = ignores.filter((ignore) => isOver(ignore, now));
  const holding = ignores.filter((ignore) => !isOver(ignore, now));
  const used = new Set<Ignore>();
  const counted: Finding[] = [];
  const ignored: SetAside[] = [];
  for (const finding of findings) {
    const ignore = holding.find((each) => matches(each, finding));
    if (!ignore) {
      counted.push(finding);
      continue;
    }
    used.add(ignore);
    ignored.push({ finding, why: 'ignored', reason: ignore.reason, expires: ignore.expires });
  }
  return { counted, ignored, over, unused: holding.filter((ignore) => !used.has(ignore)) };
}
