/** Where something stands in a document: keys and indices from the root. */
export type DocumentPath = readonly (string | number)[];

/** `pipelines.release.steps[0].config.commands[1]`; keys that are no words are quoted: `env["a b"]`. */
export function formatPath(path: DocumentPath): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (!/^[\w-]+$/.test(part)) text += `[${JSON.stringify(part)}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

/** Reads what `formatPath` writes; undefined when the text is no path. */
export function parsePath(text: string): DocumentPath | undefined {
  const parts: (string | number)[] = [];
  const part = /\.?([\w-]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (!match) return undefined;
    const [, word, index, quoted] = match;
    if (word !== undefined) parts.push(word);
    else if (index !== undefined) parts.push(Number(index));
    else parts.push(JSON.parse(quoted ?? '""') as string);
  }
  return parts;
}
