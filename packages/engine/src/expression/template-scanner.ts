import { errorAt, type TypedProblem } from './problem.ts';

export type TemplateSegment =
  /** Text as it comes out; `\{{` has become `{{`. */
  | { readonly kind: 'literal'; readonly text: string; readonly offset: number; readonly end: number }
  /** `source` is the text between the braces; `offset` and `end` include the braces. */
  | { readonly kind: 'expression'; readonly source: string; readonly offset: number; readonly end: number };

export type ExpressionSegment = Extract<TemplateSegment, { kind: 'expression' }>;

export type TemplateScan = { readonly segments: readonly TemplateSegment[] } | { readonly problem: TypedProblem };

/** Written-out braces, `{{ '{{' }}`, are text wherever they stand. */
const quotedBraces = /^\s*(?:'(\{\{|\}\})'|"(\{\{|\}\})")\s*$/;

/** Whether a text holds `{{`, escaped or not, and so must go through `resolveTemplate`. */
export function hasTemplate(text: string): boolean {
  return text.includes('{{');
}

/**
 * Splits a text into literals and `{{ … }}`. Strings and map literals inside an expression may hold `}}`.
 * `\{{` and `{{ '{{' }}` are the two ways to write braces that are meant as text.
 */
export function scanTemplate(text: string): TemplateScan {
  const segments: TemplateSegment[] = [];
  let position = 0;
  while (position < text.length) {
    const open = text.indexOf('{{', position);
    if (open < 0) break;
    const escaped = open > position && text[open - 1] === '\\';
    pushLiteral(segments, text, position, escaped ? open - 1 : open);
    if (escaped) {
      segments.push({ kind: 'literal', text: '{{', offset: open - 1, end: open + 2 });
      position = open + 2;
      continue;
    }
    const close = findClose(text, open + 2);
    if (close === undefined) return { problem: unterminated(text, open) };
    segments.push(segmentOf(text.slice(open + 2, close), open, close + 2));
    position = close + 2;
  }
  pushLiteral(segments, text, position, text.length);
  return { segments };
}

function pushLiteral(segments: TemplateSegment[], text: string, offset: number, end: number): void {
  if (end > offset) segments.push({ kind: 'literal', text: text.slice(offset, end), offset, end });
}

function segmentOf(source: string, offset: number, end: number): TemplateSegment {
  const braces = quotedBraces.exec(source);
  const text = braces?.[1] ?? braces?.[2];
  return text === undefined ? { kind: 'expression', source, offset, end } : { kind: 'literal', text, offset, end };
}

function findClose(text: string, from: number): number | undefined {
  let depth = 0;
  for (let position = from; position < text.length; position += 1) {
    const character = text[position];
    if (character === '"' || character === "'") {
      const end = findStringEnd(text, position);
      if (end === undefined) return undefined;
      position = end - 1;
    } else if (character === '{') depth += 1;
    else if (character === '}' && depth > 0) depth -= 1;
    else if (character === '}' && text[position + 1] === '}') return position;
  }
  return undefined;
}

/** Where a CEL string literal that begins at `start` is over: https://github.com/google/cel-spec, "String and Bytes Values". */
export function findStringEnd(text: string, start: number): number | undefined {
  const quote = text.charAt(start);
  const mark = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  const isRaw = /(?:^|[^A-Za-z0-9_])(?:[bB]?[rR]|[rR][bB])$/.test(text.slice(Math.max(0, start - 3), start));
  for (let position = start + mark.length; position < text.length; position += 1) {
    if (text.startsWith(mark, position)) return position + mark.length;
    if (text[position] === '\\' && !isRaw) position += 1;
    else if (text[position] === '\n' && mark.length === 1) return undefined;
  }
  return undefined;
}

function unterminated(text: string, open: number): TypedProblem {
  return errorAt(
    { offset: open, length: text.length - open },
    'expression.unterminated',
    'This template is opened with `{{` and never closed.',
    "Close it with `}}`. Braces that are meant as text are written `\\{{` or `{{ '{{' }}`.",
  );
}
