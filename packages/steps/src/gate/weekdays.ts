import { Type } from 'typebox';

/** In the order of ISO 8601, which begins with Monday. */
const short = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const long = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

export const Weekday = Type.Enum([...short, ...long]);

/** 1 for Monday to 7 for Sunday. */
export const weekdayNumber = (name: string): number => short.findIndex((day) => name.startsWith(day)) + 1;
