import { archiveMalformed, entryRefused } from './archive-refusal.ts';

const utf8 = 'ISO-IR 10646 2000 UTF-8';

/**
 * The records `LENGTH KEY=VALUE\n` of an extended header, read without any forgiveness, because programs differ in
 * what they forgive. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_03
 *
 * Errors: `archive.malformed`; `archive.entry_refused` for what changes the meaning of the content (sparse files) or
 * of the names (another character set, an empty path).
 */
export function paxRecords(content: Buffer, entryName: string): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const digits = content.toString('latin1', at, space === -1 ? at : Math.min(space, at + 10));
    const end = at + Number(digits);
    const equals = content.indexOf(0x3d, at);
    if (
      !/^[1-9]\d*$/.test(digits) ||
      end > content.length ||
      content[end - 1] !== 0x0a ||
      equals <= space + 1 ||
      equals >= end
    )
      throw archiveMalformed('an extended header is no list of records');
    const key = content.toString('utf8', space + 1, equals);
    const value = content.toString('utf8', equals + 1, end - 1);
    if (records.has(key)) throw archiveMalformed(`an extended header says ${JSON.stringify(key.slice(0, 80))} twice`);
    checkRecord(key, value, entryName);
    records.set(key, value);
    at = end;
  }
  return records;
}

function checkRecord(key: string, value: string, entryName: string): void {
  if (key.startsWith('GNU.sparse.') || key === 'SCHILY.realsize') throw entryRefused(entryName, 'is a sparse file');
  if (key === 'SCHILY.filetype') throw entryRefused(entryName, 'says its kind in an extended header');
  if (key === 'hdrcharset' && value !== utf8) throw entryRefused(entryName, 'has a name that is not UTF-8');
  if ((key === 'path' || key === 'linkpath') && (value === '' || value.includes('\0')))
    throw entryRefused(entryName, `has an empty ${key}, or a zero byte in it`);
  if (key === 'size' && !/^(0|[1-9]\d{0,15})$/.test(value))
    throw archiveMalformed('an extended header says a size that is no number');
}
