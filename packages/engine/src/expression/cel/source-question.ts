import type { Expression } from './parse-expression.ts';

/** Functions that ask about the files of the run's source. They are answered once, when the source is there. */
const sourceFunctions = ['changed', 'hash_files'] as const;

/** What a run wants to know of its source. */
export interface SourceQuestion {
  /** `changed`: whether a file that fits differs from the base; `hash_files`: SHA-256 over the files that fit. */
  readonly function: (typeof sourceFunctions)[number];
  /** Globs, relative to the root of the source; `**` crosses folders. */
  readonly patterns: readonly string[];
}

export const isSourceFunction = (name: string): name is SourceQuestion['function'] =>
  (sourceFunctions as readonly string[]).includes(name);

/** `changed(["packages/api/**"])`: the name under which plan and run keep a question and its answer. */
export const questionName = ({ function: name, patterns }: SourceQuestion): string =>
  `${name}(${JSON.stringify(patterns)})`;

/** Reads what `questionName` wrote. */
export function readSourceQuestion(name: string): SourceQuestion {
  const at = name.indexOf('(');
  const called = name.slice(0, at);
  if (!isSourceFunction(called)) throw new TypeError(`no question about a source: ${name}`);
  return { function: called, patterns: JSON.parse(name.slice(at + 1, -1)) as string[] };
}

/** The question that a call asks; undefined for another call, and for one whose patterns are not written out. */
export function questionOf({ exprKind: kind }: Expression): SourceQuestion | undefined {
  if (kind.case !== 'callExpr' || kind.value.target !== undefined) return undefined;
  const { function: name, args } = kind.value;
  if (!isSourceFunction(name)) return undefined;
  const patterns = args.map(textConstant);
  const areWritten = patterns.length > 0 && patterns.every((pattern) => pattern !== undefined);
  return areWritten ? { function: name, patterns } : undefined;
}

function textConstant({ exprKind: kind }: Expression): string | undefined {
  if (kind.case !== 'constExpr') return undefined;
  const { constantKind } = kind.value;
  return constantKind.case === 'stringValue' ? constantKind.value : undefined;
}

/** Why a glob finds nothing in any source; undefined when it may find something. */
export function patternProblem(pattern: string): string | undefined {
  if (pattern === '' || pattern.length > 1024) return 'A glob has 1 to 1,024 characters.';
  if (pattern.startsWith('/') || pattern.split('/').includes('..'))
    return 'A glob is relative to the root of the source, and stays in it.';
  return undefined;
}
