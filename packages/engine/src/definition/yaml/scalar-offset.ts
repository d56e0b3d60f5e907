import { CHOMPING_MODE, getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';

/**
 * Offset in the file of the character at `index` of a scalar's value.
 *
 * It asks the parser itself how much of the value a beginning of the source yields, so it needs no second
 * understanding of escapes, folding and indentation: first the line is searched, then the character in it.
 */
export function scalarOffset(text: string, event: ScalarEvent, index: number): number {
  const { valueStart, valueEnd } = event;
  if (event.fast || valueStart < 0) return Math.max(valueStart, 0) + index;
  // Kept line ends would make the value of a beginning longer than the beginning of the value.
  const valueLength = (end: number) =>
    getScalarValue(text, { ...event, valueEnd: end, chomping: CHOMPING_MODE.STRIP }).length;
  const lineStarts = [valueStart];
  const isBlock = event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK;
  const lineBreak = isBlock ? /\r\n|\r|\n/g : /(?:\r\n|\r|\n)[ \t]*/g;
  for (const match of text.slice(valueStart, valueEnd).matchAll(lineBreak))
    lineStarts.push(valueStart + match.index + match[0].length);

  // A block's line begins with what joins it to the line before; elsewhere the join belongs to the line before.
  const line = lastWhere(lineStarts.length, (at) => at === 0 || valueLength(lineStarts[at] ?? valueEnd) <= index);
  const from = lineStarts[line] ?? valueStart;
  const to = lineStarts[line + 1] ?? valueEnd;
  const taken = lastWhere(to - from + 1, (count) => count === 0 || valueLength(from + count) <= index);
  return Math.min(from + taken, valueEnd);
}

/** The greatest number below `count` for which a predicate holds that holds for 0 and, once false, stays false. */
function lastWhere(count: number, holds: (at: number) => boolean): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
