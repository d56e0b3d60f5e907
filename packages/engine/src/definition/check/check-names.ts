import type { DocumentPath } from '../document-path.ts';
import type { ProblemList } from '../problem-list.ts';
import { reservedNames } from '../schema/names.ts';

/** Step names are unique, not reserved, and can be told apart in expressions, where `-` is read as `_`. */
export function checkStepNames(
  steps: readonly { readonly name: unknown; readonly path: DocumentPath }[],
  problems: ProblemList,
): void {
  const seen = new Set<string>();
  const bySpelling = new Map<string, string>();
  for (const { name, path: stepPath } of steps) {
    if (typeof name !== 'string') continue;
    const path = [...stepPath, 'name'];
    const spelling = name.replaceAll('-', '_');
    const other = bySpelling.get(spelling);
    if (reservedNames.includes(name)) {
      problems.report({
        code: 'pipeline.name_reserved',
        path,
        message: `\`${name}\` is the name of the phase before the first step`,
        hint: 'Choose another name.',
      });
    } else if (seen.has(name)) {
      problems.report({
        code: 'pipeline.duplicate_step',
        path,
        message: `another step is called \`${name}\``,
        hint: 'Give each step a name of its own.',
      });
    } else if (other !== undefined) {
      problems.report({
        code: 'pipeline.name_clash',
        path,
        message: `\`${name}\` and \`${other}\` are the same name in expressions, where \`-\` is read as \`_\``,
        hint: 'Rename one of them.',
      });
    }
    seen.add(name);
    bySpelling.set(spelling, name);
  }
}
