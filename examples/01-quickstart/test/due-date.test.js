import assert from 'node:assert/strict';
import test from 'node:test';
import { dueDate } from '../src/due-date.js';

test('a week of working days ends on the same weekday', () => {
  assert.equal(dueDate('2026-11-24', 5), '2026-12-01');
});

test('weekends do not count', () => {
  assert.equal(dueDate('2026-11-27', 1), '2026-11-30');
});

test('the time zone of the machine does not matter', () => {
  assert.equal(dueDate('2026-03-29', 0), '2026-03-29', `in ${process.env.TZ ?? 'the local time zone'}`);
});

test('what is not a date is refused', () => {
  assert.throws(() => dueDate('yesterday', 1), /not a date/);
});
