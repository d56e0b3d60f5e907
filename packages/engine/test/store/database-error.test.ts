import { DatabaseError, databaseErrorCodes } from '@cicd/database';
import { CicdError, errorCodes } from '@cicd/plugin';
import { describe, expect, it } from '@jest/globals';

describe('errors of the database package', () => {
  it.each(databaseErrorCodes)('%s is an error of the platform, with a row in the reference', (code) => {
    expect(CicdError.isInstance(new DatabaseError({ code, message: 'x' }))).toBe(true);
    expect(errorCodes).toHaveProperty([code]);
  });
});
