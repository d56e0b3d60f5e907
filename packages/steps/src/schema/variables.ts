import { Type } from 'typebox';
import { closed } from './fields.ts';

/** Names of variables, each with a value that may be a secret. */
export const Variables = (description: string) =>
  Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), Type.String(), {
    ...closed,
    'x-cicd': 'credential',
    description,
  });
