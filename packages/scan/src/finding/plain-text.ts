import stripAnsi from 'strip-ansi';

/** Control characters but tab and newline, and those that turn the direction of text around. */
// oxlint-disable-next-line no-control-regex -- these are what is taken out
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Text of a scanner, harmless in a terminal: no escape sequences or control characters, at most `length` characters. */
export function plainText(text: string, length = 1_000): string {
  // Cut first: what is stripped is bounded, whatever a file holds.
  const plain = stripAnsi(text.slice(0, length * 4))
    .replace(unseen, '')
    .trim();
  return plain.length > length ? `${plain.slice(0, length - 1).toWellFormed()}…` : plain.toWellFormed();
}

/** The same on one line. */
export const plainLine = (text: string, length?: number): string => plainText(text.replaceAll(/\s+/g, ' '), length);

/** An address that may become a link: http or https. */
export function webAddress(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 2_000 || !URL.canParse(text)) return undefined;
  const { protocol, href } = new URL(text);
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}
