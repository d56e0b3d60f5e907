import { parseEvents, YAMLException } from 'js-yaml';
import type { ErrorCode, Json } from '@cicd/plugin';
import type { DocumentPath } from '../document-path.ts';
import { compose, maximumDepth } from './compose.ts';
import { createLineIndex, type TextPlace } from './line-index.ts';
import { scalarOffset } from './scalar-offset.ts';
import { quoteTemplates } from './unquoted-template.ts';
import type { YamlNode } from './yaml-node.ts';
import type { YamlProblem } from './yaml-problem.ts';

/** Bytes. */
const maximumFileSize = 2 ** 20;

interface PlacedYamlProblem extends TextPlace {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

/** One YAML document, and where everything in it stands. */
export interface YamlDocument {
  /** JSON data; undefined when the text could not be read. */
  readonly value: Json | undefined;
  readonly problems: readonly PlacedYamlProblem[];
  /** Place of a value, or of the character at `index` of its text. What does not exist stands where its parent does. */
  locate(path: DocumentPath, index?: number): TextPlace;
  /** Place of the key that the path ends with. */
  locateKey(path: DocumentPath): TextPlace;
  /** How a plain, unquoted value is written: `1.10`. Undefined for quoted text, lists and maps. */
  written(path: DocumentPath): string | undefined;
}

/**
 * Reads YAML 1.2 (core schema) and keeps the place of every key and value. Never throws.
 *
 * Caught beside YAML's own errors: duplicate keys, tabs, tags, merge keys, several documents, aliases beyond a
 * limit, nesting over 64, files over 1 MiB, text that is not UTF-8, numbers that a double cannot hold, and
 * templates without quotes.
 */
export function parseYaml(source: string | Uint8Array): YamlDocument {
  const decoded = decode(source);
  if (typeof decoded !== 'string') return unreadable(decoded);
  const problems: YamlProblem[] = [];
  const index = createLineIndex(decoded);
  const root = readRoot(decoded, index.lineAt, (problem) => problems.push(problem));

  return {
    value: root?.value,
    problems: problems.map(({ offset, ...problem }) => ({ ...problem, ...index.place(offset) })),
    locate(path, at) {
      const node = root && descend(root, path);
      if (!node) return index.place(0);
      return index.place(
        at !== undefined && node.kind === 'scalar' && node.event ? scalarOffset(decoded, node.event, at) : node.start,
      );
    },
    locateKey(path) {
      const parent = root && descend(root, path.slice(0, -1));
      const key = path.at(-1);
      const entry = parent?.kind === 'mapping' ? parent.entries.get(String(key)) : undefined;
      return entry ? index.place(entry.keyStart) : this.locate(path);
    },
    written(path) {
      const node = root && descend(root, path);
      if (node?.kind !== 'scalar' || typeof node.value === 'string' || !node.event || node.event.valueStart < 0)
        return undefined;
      return decoded.slice(node.event.valueStart, node.event.valueEnd);
    },
  };
}

function readRoot(
  text: string,
  lineAt: (line: number) => string,
  report: (problem: YamlProblem) => void,
): YamlNode | undefined {
  try {
    const events = parseEvents(text, { maxDepth: maximumDepth });
    if (events.length === 0) {
      report({
        code: 'pipeline.empty',
        offset: 0,
        message: 'the file is empty',
        hint: 'Write `steps:` with a first step.',
      });
      return undefined;
    }
    const quoted = quoteTemplates(text, events);
    for (const problem of quoted.problems) report(problem);
    return compose(text, quoted.events, report);
  } catch (error) {
    report(syntaxProblem(error, text, lineAt));
    return undefined;
  }
}

function syntaxProblem(error: unknown, text: string, lineAt: (line: number) => string): YamlProblem {
  const mark = error instanceof YAMLException ? error.mark : undefined;
  const offset = Math.min(mark?.position ?? 0, text.length);
  const reason = error instanceof YAMLException ? error.reason : String(error);
  const line = lineAt((mark?.line ?? 0) + 1);
  const tab = /^ *\t/.exec(line);
  if (tab) {
    const lineStart = offset - (mark?.column ?? 0);
    return {
      code: 'pipeline.tab_indentation',
      offset: lineStart + tab[0].length - 1,
      message: 'a tab cannot indent YAML',
      hint: 'Indent with spaces.',
    };
  }
  if (reason.includes('maxDepth')) {
    return { code: 'pipeline.too_deep', offset, message: `lists and maps are nested more than ${maximumDepth} deep` };
  }
  const hint = line.includes('{{')
    ? "Put text that holds {{ }} in quotes: '{{ .Version }}'."
    : 'Check the indentation and the quotes of this line and the one before.';
  return { code: 'pipeline.yaml_syntax', offset, message: `this is not YAML: ${reason}`, hint };
}

function decode(source: string | Uint8Array): string | PlacedYamlProblem {
  const start = { line: 1, column: 1 };
  const bytes = typeof source === 'string' ? Buffer.byteLength(source) : source.byteLength;
  if (bytes > maximumFileSize) {
    return {
      ...start,
      code: 'pipeline.too_large',
      message: `the file has ${bytes} bytes; at most ${maximumFileSize} (1 MiB) are read`,
    };
  }
  if (typeof source === 'string') return source.replace(/^\uFEFF/, '');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(source);
  } catch {
    return { ...start, code: 'pipeline.not_utf8', message: 'the file is not UTF-8 text', hint: 'Save it as UTF-8.' };
  }
}

function unreadable(problem: PlacedYamlProblem): YamlDocument {
  const start = { line: 1, column: 1 };
  return {
    value: undefined,
    problems: [problem],
    locate: () => start,
    locateKey: () => start,
    written: () => undefined,
  };
}

/** The node at a path, or the deepest one on the way to it. */
function descend(root: YamlNode, path: DocumentPath): YamlNode {
  let node = root;
  for (const part of path) {
    const child =
      node.kind === 'sequence'
        ? node.items[Number(part)]
        : node.kind === 'mapping'
          ? node.entries.get(String(part))?.node
          : undefined;
    if (!child) break;
    node = child;
  }
  return node;
}
