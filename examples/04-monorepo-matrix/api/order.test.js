import assert from 'node:assert/strict';
import { test } from 'node:test';
import { total } from './order.js';

test('an order has a total', () => {
  assert.deepEqual(
    total([
      { cents: 250, count: 2 },
      { cents: 99, count: 1 },
    ]),
    { total: '€5.99' },
  );
});
