const { execFileSync } = require('node:child_process');
const assert = require('node:assert/strict');
const { test } = require('node:test');

test('greets whom it is told', () => {
  assert.equal(execFileSync('node', ['greeting.js', 'Ann']).toString(), 'hello Ann\n');
});
