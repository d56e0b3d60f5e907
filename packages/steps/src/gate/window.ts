import { Temporal } from 'temporal-polyfill';
import type { GateSchedule } from './gate-config.ts';
import { weekdayNumber } from './weekdays.ts';

/** When a window opens and closes, in milliseconds since the epoch. */
export interface Window {
  readonly opens: number;
  readonly closes: number;
}

/** The change to summer time can leave a day's window without a minute; the one a week later is then the next. */
const daysAhead = 14;

/** The window that is open now, or the next one; undefined when none opens within two weeks. */
export function nextWindow(schedule: GateSchedule, now: number): Window | undefined {
  const { weekdays, start_hour: start, end_hour: end, timezone } = schedule;
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone).toPlainDate();
  const days = new Set(weekdays.map(weekdayNumber));
  const at = (date: Temporal.PlainDate, hour: number) =>
    date.add({ days: Math.floor(hour / 24) }).toZonedDateTime({ timeZone: timezone, plainTime: { hour: hour % 24 } })
      .epochMilliseconds;
  // From yesterday on: a window may reach over midnight.
  for (let ahead = -1; ahead <= daysAhead; ahead++) {
    const date = today.add({ days: ahead });
    if (!days.has(date.dayOfWeek)) continue;
    const window = { opens: at(date, start), closes: at(date, end > start ? end : end + 24) };
    if (window.closes > now && window.closes > window.opens) return window;
  }
  return undefined;
}
