import assert from 'node:assert/strict';
import { test } from 'node:test';
import { page } from './page.js';

const language = process.env.LANGUAGE ?? 'en';

test(`the page speaks ${language}`, () => {
  assert.match(page(language, 123456), /^[^:]+: .*1[.,]234[.,]56/);
});
