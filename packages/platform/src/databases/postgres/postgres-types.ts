import type { CustomTypesConfig } from 'pg';
import pg from 'pg';

const zone = /([+-]\d\d)(?::?(\d\d))?$/;

/** The session is in UTC, so the offset is zero: `2026-02-01 10:00:00.5+00` → `2026-02-01T10:00:00.5Z`. */
const instant = (text: string) => text.replace(' ', 'T').replace(zone, 'Z');
const withoutZone = (text: string) => text.replace(' ', 'T');
const plain = (text: string) => text;

/** https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat */
const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  20: (text) => BigInt(text),
  1082: plain,
  1114: withoutZone,
  1184: instant,
  1186: plain,
  // Lists of days, times and intervals stay the texts that they are.
  1115: plain,
  1182: plain,
  1185: plain,
  1187: plain,
};

type TypeId = Parameters<typeof pg.types.getTypeParser>[0];

/** Values as rows are made of: nothing loses digits, and times are texts. */
export const postgresTypes: CustomTypesConfig = {
  getTypeParser: ((oid: TypeId, format?: 'text' | 'binary') =>
    format === 'binary'
      ? pg.types.getTypeParser(oid, 'binary')
      : (parsers[oid] ?? pg.types.getTypeParser(oid, 'text'))) as CustomTypesConfig['getTypeParser'],
};
