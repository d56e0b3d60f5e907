import type { Json } from '@cicd/plugin';
import { compileExpression } from './compile-expression.ts';
import { LruCache } from './lru-cache.ts';
import { problemError } from './problem.ts';
import { scanTemplate } from './template-scanner.ts';
import type { ExpressionValues } from './values.ts';

export interface CompiledTemplate {
  /** Whether the text is one template and keeps the type of its value. */
  readonly isSingle: boolean;
  resolve(values: ExpressionValues): Json;
  /** Always as text: for commands' variables and `env`. */
  resolveText(values: ExpressionValues): string;
}

export interface CompiledCondition {
  evaluate(values: ExpressionValues): boolean;
}

const templates = new LruCache<CompiledTemplate>(1000);
const conditions = new LruCache<CompiledCondition>(1000);

/** Compiles a text with templates once; the result is kept by text. Throws `ConfigError` for a text that cannot be read. */
export function compileTemplate(text: string): CompiledTemplate {
  return templates.get(text, () => buildTemplate(text));
}

/** Compiles a condition once; the result is kept by text. Throws `ConfigError` for a text that is not CEL. */
export function compileCondition(text: string): CompiledCondition {
  return conditions.get(text, () => {
    const expression = compileExpression(text, 0, true);
    return {
      evaluate(values) {
        const value = expression.evaluate(values);
        if (typeof value === 'boolean') return value;
        throw expression.failure(
          'expression.not_boolean',
          values,
          `The condition \`${text.trim()}\` is neither true nor false.`,
          'Compare the value with something, for example `== true`.',
        );
      },
    };
  });
}

function buildTemplate(text: string): CompiledTemplate {
  const scan = scanTemplate(text);
  if ('problem' in scan) throw problemError(scan.problem);
  const parts = scan.segments.map((segment) =>
    segment.kind === 'literal' ? segment.text : compileExpression(segment.source, segment.offset + 2, false),
  );
  const [only] = parts;
  const single = parts.length === 1 && typeof only === 'object' ? only : undefined;
  const resolveText = (values: ExpressionValues) =>
    parts.map((part) => (typeof part === 'string' ? part : part.evaluateText(values))).join('');
  return { isSingle: single !== undefined, resolve: single?.evaluate ?? resolveText, resolveText };
}
