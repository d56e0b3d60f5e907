import type { DocumentPath } from '../document-path.ts';
import type { Finding } from '../problem-list.ts';
import { namePattern } from './names.ts';
import { byteSizePattern, durationPattern, workspacePathPattern } from './patterns.ts';

/** A text that does not match the pattern of its place. */
export function explainPattern(
  path: DocumentPath,
  label: string,
  text: string,
  pattern: string,
  description?: string,
): Finding {
  const shown = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  if (text.includes('{{')) {
    return {
      code: 'pipeline.template_refused',
      path,
      message: `${label} cannot hold a template`,
      hint: 'Write the value itself here.',
    };
  }
  if (pattern === durationPattern) {
    return {
      code: 'pipeline.duration_invalid',
      path,
      message: `${label}: \`${shown}\` is not a duration`,
      hint: durationHint(text),
    };
  }
  if (pattern === byteSizePattern) {
    return {
      code: 'pipeline.size_invalid',
      path,
      message: `${label}: \`${shown}\` is not a size`,
      hint: 'Write 512MiB, 1.5GiB, or a number of bytes.',
    };
  }
  if (pattern === workspacePathPattern) {
    const inside = text.replace(/^(\.?\/)+/, '');
    return {
      code: 'pipeline.wrong_value',
      path,
      message: `${label}: \`${shown}\` does not begin with /workspace`,
      hint: `Write \`/workspace/${inside.length > 60 ? '…' : inside}\`: the workspace has this path in every sandbox.`,
    };
  }
  if (pattern === namePattern) {
    return {
      code: 'pipeline.name_invalid',
      path,
      message: `${label}: \`${shown}\` cannot be a name`,
      hint: nameHint(text),
    };
  }
  return {
    code: 'pipeline.wrong_value',
    path,
    message: `${label}: \`${shown}\` does not have the form ${pattern}`,
    hint: description,
  };
}

/** `300` and `5 min` become what was meant, where that is plain. */
export function durationHint(text: string): string {
  const match = /^(\d+(?:\.\d+)?)\s*(|s|sec|secs|seconds?|m|min|mins|minutes?|h|hours?|d|days?)$/i.exec(text.trim());
  if (!match) return 'Write a number with a unit: 300s, 10m, 1h30m.';
  const [, amount = '', unit = ''] = match;
  const letter = unit.charAt(0).toLowerCase();
  if (letter === 'd') return `Write ${Number(amount) * 24}h.`;
  return letter === '' ? `Write ${amount}s for seconds, ${amount}m for minutes.` : `Write ${amount}${letter}.`;
}

function nameHint(text: string): string {
  const fixed = text
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .replace(/-+$/, '')
    .slice(0, 63);
  const rule = 'Lower case letters, digits, `-` and `_`, beginning with a letter, 63 characters at most';
  return fixed === '' ? `${rule}.` : `${rule}: \`${fixed}\`.`;
}
