import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { nextWindow } from '../../src/gate/window.ts';

const workingHours = {
  weekdays: ['mon', 'tue', 'wed', 'thu', 'fri'] as const,
  start_hour: 9,
  end_hour: 17,
  timezone: 'Europe/Berlin',
};

type Schedule = Parameters<typeof nextWindow>[0];

/** The window seen from a moment, as ISO 8601 in UTC. */
function window(change: Partial<Schedule>, now: string): string[] | undefined {
  const found = nextWindow({ ...workingHours, weekdays: [...workingHours.weekdays], ...change }, Date.parse(now));
  return found && [found.opens, found.closes].map((time) => new Date(time).toISOString().slice(0, 16));
}

describe('the next window of a schedule', () => {
  it.each<[string, Partial<Schedule>, string, string[]]>([
    ['that is open', {}, '2026-01-07T10:00Z', ['2026-01-07T08:00', '2026-01-07T16:00']],
    ['that opens today', {}, '2026-01-07T07:59Z', ['2026-01-07T08:00', '2026-01-07T16:00']],
    ['at the moment it opens', {}, '2026-01-07T08:00Z', ['2026-01-07T08:00', '2026-01-07T16:00']],
    ['at the moment the last one closes', {}, '2026-01-07T16:00Z', ['2026-01-08T08:00', '2026-01-08T16:00']],
    ['over a weekend', {}, '2026-01-09T18:00Z', ['2026-01-12T08:00', '2026-01-12T16:00']],
    [
      'of one day, a week ahead',
      { weekdays: ['wednesday'] },
      '2026-01-07T16:30Z',
      ['2026-01-14T08:00', '2026-01-14T16:00'],
    ],
    ['in summer time', {}, '2026-07-01T06:00Z', ['2026-07-01T07:00', '2026-07-01T15:00']],
    ['across the change to summer time', {}, '2026-03-27T17:00Z', ['2026-03-30T07:00', '2026-03-30T15:00']],
    [
      'over midnight, seen after midnight',
      { weekdays: ['fri'], start_hour: 22, end_hour: 4, timezone: 'UTC' },
      '2026-01-10T03:00Z',
      ['2026-01-09T22:00', '2026-01-10T04:00'],
    ],
    [
      'of whole days',
      { weekdays: ['sun'], start_hour: 0, end_hour: 24 },
      '2026-03-29T12:00Z',
      // The day of the change has 23 hours.
      ['2026-03-28T23:00', '2026-03-29T22:00'],
    ],
    [
      'whose hour does not exist on the day of the change',
      { weekdays: ['sun'], start_hour: 2, end_hour: 3 },
      '2026-03-28T12:00Z',
      ['2026-04-05T00:00', '2026-04-05T01:00'],
    ],
    [
      'whose hour exists twice',
      { weekdays: ['sun'], start_hour: 2, end_hour: 3 },
      '2026-10-24T12:00Z',
      ['2026-10-25T00:00', '2026-10-25T02:00'],
    ],
    ['far east', { timezone: 'Pacific/Kiritimati' }, '2026-01-07T18:00Z', ['2026-01-07T19:00', '2026-01-08T03:00']],
  ])('%s', (_, change, now, expected) => {
    expect(window(change, now)).toEqual(expected);
  });

  it('has not closed, and opens at its hour on one of its days, as the zone’s own clock says', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'),
        fc.subarray([...workingHours.weekdays, 'sat', 'sun'] as const, { minLength: 1 }),
        fc.integer({ min: 4, max: 23 }),
        fc.integer({ min: 4, max: 24 }),
        fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2028, 0, 1) }),
        (timezone, weekdays, start, end, now) => {
          fc.pre(start !== end);
          const found = nextWindow({ weekdays: [...weekdays], start_hour: start, end_hour: end, timezone }, now);
          const clock = new Intl.DateTimeFormat('en-GB', {
            timeZone: timezone,
            weekday: 'short',
            hour: '2-digit',
            minute: '2-digit',
          });
          const parts = Object.fromEntries(clock.formatToParts(found?.opens).map(({ type, value }) => [type, value]));
          expect(found?.closes).toBeGreaterThan(now);
          expect(weekdays).toContain(parts['weekday']?.toLowerCase());
          expect([parts['hour'], parts['minute']]).toEqual([String(start).padStart(2, '0'), '00']);
        },
      ),
    );
  });
});
