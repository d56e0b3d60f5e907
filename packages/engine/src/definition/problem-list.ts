import type { ErrorCode, Problem } from '@cicd/plugin';
import type { ExpressionProblem } from '../expression/index.ts';
import { formatPath, type DocumentPath } from './document-path.ts';
import type { YamlDocument } from './yaml/parse-yaml.ts';

/** Something wrong, before its place in the file is looked up. */
export interface Finding {
  readonly code: ErrorCode;
  readonly severity?: 'error' | 'warning';
  readonly message: string;
  readonly hint?: string | undefined;
  readonly path: DocumentPath;
  /** Whether the key is meant or its value. Default value. */
  readonly at?: 'key' | 'value';
}

/** More than these are no help to anybody, and a hostile file could have a million. */
const maximumProblems = 1_000;

/** Collects problems and gives each its place. */
export class ProblemList {
  readonly #document: YamlDocument;
  readonly #file: string;
  readonly #problems = new Map<string, Problem>();
  #errors = 0;

  constructor(document: YamlDocument, file: string) {
    this.#document = document;
    this.#file = file;
    for (const problem of document.problems) this.#add({ ...problem, severity: 'error', file });
  }

  get isFull(): boolean {
    return this.#problems.size >= maximumProblems;
  }

  get errors(): number {
    return this.#errors;
  }

  report({ path, at, severity = 'error', hint, ...finding }: Finding): void {
    if (this.isFull) return this.#reportFull();
    const place = at === 'key' ? this.#document.locateKey(path) : this.#document.locate(path);
    this.#add({
      ...finding,
      severity,
      ...(hint === undefined ? {} : { hint }),
      file: this.#file,
      ...place,
      path: formatPath(path),
    });
  }

  /** A problem inside the text at `path`; `shift` is how far the expression's own text lies into it. */
  reportExpression(path: DocumentPath, problem: ExpressionProblem, shift = 0): void {
    if (this.isFull) return this.#reportFull();
    const { code, severity, message, hint, offset } = problem;
    const place = this.#document.locate(path, offset + shift);
    this.#add({
      code,
      severity,
      message,
      ...(hint === undefined ? {} : { hint }),
      file: this.#file,
      ...place,
      path: formatPath(path),
    });
  }

  /** A problem that a step's own check found; its path is already complete. */
  reportForeign(problem: Problem, path: DocumentPath): void {
    if (this.isFull) return this.#reportFull();
    this.#add({ ...problem, file: this.#file, ...this.#document.locate(path), path: formatPath(path) });
  }

  /** In the order of the file. */
  toArray(): Problem[] {
    return [...this.#problems.values()].toSorted(
      (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
    );
  }

  #reportFull(): void {
    this.#add({
      code: 'pipeline.too_many_problems',
      severity: 'error',
      message: `more than ${maximumProblems} problems; the rest is not listed`,
      file: this.#file,
      line: Number.MAX_SAFE_INTEGER,
      column: 1,
    });
  }

  #add(problem: Problem): void {
    const key = `${problem.code} ${problem.line}:${problem.column} ${problem.message}`;
    if (this.#problems.has(key)) return;
    this.#problems.set(key, problem);
    if (problem.severity === 'error') this.#errors += 1;
  }
}
