import { Unclassifiable, Unterminated } from './place.ts';
import type { SimpleCommand } from './simple-command.ts';

export interface HereDocument {
  readonly delimiter: string;
  /** Whether the delimiter was quoted: then the body is text. */
  readonly isQuoted: boolean;
  /** `<<-`: tabs at the start of a line do not count. */
  readonly stripsTabs: boolean;
  readonly openedAt: number;
  readonly command: SimpleCommand;
}

/** The line that ends a here-document, searched from unit `from` on. A line after a line continuation is none. */
export function findLastLine(
  units: readonly string[],
  from: number,
  limit: number,
  document: HereDocument,
): { start: number; end: number } {
  let isContinued = false;
  for (let start = from; start <= limit;) {
    const newline = units.indexOf('\n', start);
    const end = newline < 0 || newline > limit ? limit : newline;
    const line = units.slice(start, end);
    const text = line.join('');
    const isDelimiter = (document.stripsTabs ? text.replace(/^\t+/, '') : text) === document.delimiter;
    if (isDelimiter && !isContinued && !line.includes('')) return { start, end };
    isContinued = !document.isQuoted && (/\\*$/.exec(text)?.[0].length ?? 0) % 2 === 1;
    start = end + 1;
  }
  throw new Unterminated('a here-document', document.openedAt);
}

/** The word after `<<`, and the unit after it. */
export function readDelimiter(
  units: readonly string[],
  from: number,
  limit: number,
): { delimiter: string; isQuoted: boolean; next: number } {
  let position = from;
  let delimiter = '';
  let isQuoted = false;
  while (units[position] === ' ' || units[position] === '\t') position += 1;
  for (; position < limit; position += 1) {
    const unit = units[position] as string;
    if (unit === '') throw new Unclassifiable('a here-document whose delimiter is a template');
    if (unit === '$' || unit === '`') throw new Unclassifiable('a here-document whose delimiter is computed');
    if (' \t\n;&|<>()'.includes(unit)) break;
    if (unit === "'" || unit === '"') {
      const close = units.indexOf(unit, position + 1);
      if (close < 0 || close >= limit) throw new Unterminated('a quotation', position);
      isQuoted = true;
      delimiter += units.slice(position + 1, close).join('');
      position = close;
    } else if (unit === '\\') {
      isQuoted = true;
      position += 1;
      delimiter += units[position] ?? '';
    } else delimiter += unit;
  }
  return { delimiter, isQuoted, next: position };
}
