import { Type, type TSchemaOptions } from 'typebox';

/** Steps and pipelines: 63 characters at most, so that a name fits a label and a host name. */
export const namePattern = '^[a-z][a-z0-9_-]{0,62}$';
/** What an expression can read after a dot. */
export const identifierPattern = '^[A-Za-z_][A-Za-z0-9_]{0,62}$';
/** Environment variables (https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html). */
export const variablePattern = '^[A-Za-z_][A-Za-z0-9_]*$';
/** The phase before the first step bears this name. */
export const reservedNames: readonly string[] = ['source'];

export const Name = (options: TSchemaOptions = {}) => Type.String({ pattern: namePattern, ...options });
