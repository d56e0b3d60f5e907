import type { Options } from 'ajv/dist/2020.js';

/** For schemas that step types bring along, plugins' too: what is unusual in one must not stop a run or a check. */
export const validatorOptions = {
  allErrors: true,
  strict: false,
  // Schemas are checked by the tests of their authors, and code that runs once needs no polish.
  validateSchema: false,
  code: { optimize: false },
  validateFormats: false,
  logger: false,
  addUsedSchema: false,
} satisfies Options;
