/** Line and column of the first occurrence of a part in a text, after `from`. */
export function at(text: string, part: string, from = 0): { line: number; column: number } {
  const offset = text.indexOf(part, from);
  if (offset < 0) throw new Error(`"${part}" is not in the text`);
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
