import { StepFailure } from '@cicd/plugin';

const pair = /^([A-Za-z_][A-Za-z0-9_-]*)(=|<<)(.*)$/;

/**
 * Reads what commands wrote to `$CICD_OUTPUT`: `key=value` lines, and `key<<END` with lines of text up to a line
 * `END`. Empty lines mean nothing; of a key written twice the last counts. Errors: `step.output_invalid`.
 */
export function parseOutputsFile(text: string): ReadonlyMap<string, string> {
  const outputs = new Map<string, string>();
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const [, key = '', operator, rest = ''] = pair.exec(line) ?? [];
    if (operator === undefined)
      throw malformed(index, `is neither key=value nor key<<END: ${JSON.stringify(line.slice(0, 80))}`);
    if (operator === '=') {
      outputs.set(key, rest);
      continue;
    }
    const end = rest === '' ? -1 : lines.indexOf(rest, index + 1);
    if (end === -1) throw malformed(index, `begins a block that no line ${JSON.stringify(rest.slice(0, 80))} ends`);
    outputs.set(key, lines.slice(index + 1, end).join('\n'));
    index = end;
  }
  return outputs;
}

const malformed = (index: number, what: string) =>
  new StepFailure({
    code: 'step.output_invalid',
    message: `line ${index + 1} of $CICD_OUTPUT ${what}`,
    hint: 'Write one line key=value, or key<<END, the text, and a line END.',
  });
