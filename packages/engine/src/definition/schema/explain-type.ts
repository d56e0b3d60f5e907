import type { DocumentPath } from '../document-path.ts';
import type { Finding } from '../problem-list.ts';
import { durationHint } from './explain-pattern.ts';
import { typeOf } from './expectation.ts';
import { durationPattern } from './patterns.ts';
import { wordOfType } from './type-words.ts';

/** A value of another type than its place wants, with the traps of YAML in mind. */
export function explainType(
  path: DocumentPath,
  label: string,
  value: unknown,
  types: readonly string[],
  schema: unknown,
  written: string | undefined,
): Finding {
  const found = typeOf(value);
  const wanted = types.map((type) => wordOfType(type) ?? type).join(' or ');
  // Beside a list, text is only a template that yields one.
  if (
    types.includes('string') &&
    !types.includes('array') &&
    (found === 'integer' || found === 'number' || found === 'boolean')
  ) {
    const text = written ?? String(value);
    if ((schema as { readonly pattern?: unknown } | undefined)?.pattern === durationPattern) {
      return {
        code: 'pipeline.duration_invalid',
        path,
        message: `${label}: \`${text}\` is not a duration`,
        hint: durationHint(text),
      };
    }
    const kind = found === 'boolean' ? 'a boolean' : 'a number';
    const loss = String(value) === text ? '' : ` (${String(value)})`;
    return {
      code: 'pipeline.text_expected',
      path,
      message: `${label}: \`${text}\` is ${kind}${loss} to YAML, and text is meant`,
      hint: `Put it in quotes: '${text}'`,
    };
  }
  const foundWord = found === 'null' ? 'nothing' : found === 'boolean' ? 'a boolean' : (wordOfType(found) ?? found);
  return {
    code: 'pipeline.wrong_type',
    path,
    message: `${label} must be ${wanted}, not ${foundWord}`,
    hint: hintFor(types, value, found, path, written),
  };
}

function hintFor(
  types: readonly string[],
  value: unknown,
  found: string,
  path: DocumentPath,
  written = String(value),
): string | undefined {
  if (found === 'null') return 'Give it a value, or remove the key.';
  if (found === 'string') {
    const text = String(value);
    const boolean = /^(yes|on|true|y)$/i.test(text) ? 'true' : /^(no|off|false|n)$/i.test(text) ? 'false' : undefined;
    if (types.includes('boolean') && boolean !== undefined) return `Write ${boolean}, without quotes.`;
    if ((types.includes('integer') || types.includes('number')) && /^-?\d+(\.\d+)?$/.test(text))
      return `Write ${text} without quotes.`;
    if (types.includes('array'))
      return `Write a list: [${text.length > 40 || /[,[\]{}'"#:\n]/.test(text) ? '…' : text}]`;
  }
  if (types.includes('array') && typeof value !== 'object') return `Write a list: [${written}]`;
  if (found === 'object' && types.includes('array'))
    return `Begin each entry of \`${String(path.at(-1))}\` with \`- \`.`;
  if (found === 'array' && types.includes('object')) return 'Write `key: value` lines without `- `.';
  if (found === 'array' && types.includes('string')) return 'Write one text, not a list.';
  if (found === 'object' && types.includes('string')) return quotedText(value as object);
  return types.length === 1 ? exampleOf[types[0] ?? ''] : undefined;
}

/** `- echo "Status: ok"` is a map to YAML; as the text that was meant. */
function quotedText(value: object): string {
  const [[key, member] = ['', undefined], ...more] = Object.entries(value) as [string, unknown][];
  const rest = typeof member === 'string' ? member : member === null ? '' : undefined;
  const text = `${key}: ${rest ?? ''}`.trim();
  const shown =
    rest !== undefined && more.length === 0 && text.length <= 60 && !text.includes('\n')
      ? `: '${text.replaceAll("'", "''")}'`
      : '.';
  return `A colon and a space make a map in YAML. Put the text in quotes${shown}`;
}

const exampleOf: Readonly<Record<string, string>> = {
  string: "Write text, in quotes where it looks like a number: '1.10'.",
  integer: 'Write digits: 3.',
  number: 'Write a number: 0.5.',
  boolean: 'Write true or false.',
  array: 'Write a list: [a, b].',
  object: 'Write `key: value` lines.',
};
