import { row } from './row.ts';

export const expressionCodes = {};
