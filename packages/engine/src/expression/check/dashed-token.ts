import type { Span } from '../problem.ts';
import type { StaticScope } from '../scope.ts';
import { findStringEnd } from '../template-scanner.ts';
import { levelsOf } from './static-step.ts';

/** A known name with `-` that was written as it is (`steps.container-scan`) around a place. */
export function findDashedName(
  source: string,
  span: Span,
  scope: StaticScope,
): (Span & { readonly name: string }) | undefined {
  const known = new Set([
    ...scope.inputs.keys(),
    ...(scope.matrix ?? []),
    ...[...levelsOf(scope)].flatMap(({ allSteps, steps }) => [
      ...allSteps,
      ...[...steps.values()].flatMap((step) => [...step.outputs.keys()]),
    ]),
  ]);
  for (const match of blankStrings(source).matchAll(/[A-Za-z_]\w*(?:-\w+)+/g)) {
    const [name] = match;
    const touches = match.index < span.offset + span.length && span.offset < match.index + name.length;
    if (touches && known.has(name)) return { name, offset: match.index, length: name.length };
  }
  return undefined;
}

function blankStrings(source: string): string {
  let text = '';
  while (text.length < source.length) {
    const character = source.charAt(text.length);
    const end = character === '"' || character === "'" ? findStringEnd(source, text.length) : undefined;
    text += end === undefined ? character : ' '.repeat(end - text.length);
  }
  return text;
}
