import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { assert, array, constantFrom, oneof, property, string } from 'fast-check';
import { rewriteCommand } from '../../../src/expression/index.ts';

/** Each prints the value and an E; a NUL follows. */
const commands = [
  "printf '%sE' {{ x }}",
  'printf "%sE" "{{ x }}"',
  'printf %s "$(printf %sE {{ x }})"',
  'printf %s "$(printf %s "$(printf %s "{{ x }}E")")"',
  'cat <<EOF | { IFS= read -r first; printf %s "$first"; tail -n +1 | sed "s/^/|/"; }\nfirst\nEOF\nprintf %sE {{ x }} | tr -d "\\000"',
  'cat <<EOF\n{{ x }}E\nEOF',
  'cat <<-EOF\n\t"{{ x }}"\'E\'\n\tEOF',
  'value={{ x }}; printf %sE "$value"',
  'FOO={{ x }} sh -c \'printf %sE "$FOO"\'',
  'printf %sE ${UNSET_NAME:-{{ x }}}',
  'printf %sE "${UNSET_NAME-{{ x }}}"',
  'case {{ x }} in "{{ x }}") printf %sE {{ x }} ;; *) printf no ;; esac',
  'for each in {{ x }}; do printf %sE "$each"; done # it\'s one word',
  '(printf %sE {{ x }})',
  'printf %s "a\\"b`printf %s c`$((1 + 1))"; printf %sE {{ x }}',
  'show() { printf %sE "$1"; }; show {{ x }}',
  '[ {{ x }} = "{{ x }}" ] && printf %sE {{ x }}',
  'sh -c \'printf %sE "$1"\' sh {{ x }}',
  "printf '%s' '\\{{.Names}}'; printf %sE {{ x }}",
];
const prints: readonly ((value: string) => string)[] = commands.map((command) => {
  if (command.startsWith('cat <<EOF |')) return (value) => `first${value}E`;
  if (command.startsWith('cat <<EOF')) return (value) => `${value}E\n`;
  if (command.startsWith('cat <<-EOF')) return (value) => `"${value}"'E'\n`;
  if (command.startsWith('printf %s "a')) return (value) => `a"bc2${value}E`;
  if (command.startsWith("printf '%s' '\\{{")) return (value) => `{{.Names}}${value}E`;
  return (value) => `${value}E`;
});

const nasty = constantFrom(
  "'",
  '"',
  '`',
  '$',
  '\\',
  '\n',
  ';',
  ' ',
  '$(touch pwned)',
  '`touch pwned`',
  '; touch pwned;',
  '${HOME}',
  '$((1+1))',
  '\nEOF\ntouch pwned\n',
  '\tEOF\n',
  '&& touch pwned',
  '| touch pwned',
  '> pwned',
  '*',
  '?',
  '[a]',
  '~',
  '#',
  '!',
  '%s',
  '-n',
  '{a,b}',
  '{{ x }}',
  'a[$(touch pwned)]',
  'é😀',
);
const values = array(oneof(nasty, string({ maxLength: 4 })), { maxLength: 6 }).map((parts) =>
  // An environment variable holds no NUL, and a process hands over well-formed text only.
  parts.join('').replaceAll('\0', '').toWellFormed(),
);

const folder = mkdtempSync(join(tmpdir(), 'cicd-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Pieces that make commands of every nesting, most of them nonsense. */
const pieces = constantFrom(
  "'",
  '"',
  '`',
  '$(',
  ')',
  '$((',
  '))',
  '${A:-',
  '${A#',
  '}',
  '\\',
  '\n',
  ' ',
  ';',
  '#',
  '(',
  '!',
  '$',
  "$'",
  '$"',
  '${A}',
  'A=',
  'b',
  '1+1',
  '{{ x }}',
  '{{ x }} ',
  'printf %s ',
  '<<E',
  "<<'E'",
  '<<-E\n',
  '\nE\n',
  '<<<',
  'case b in b) ',
  ' esac',
  '&& ',
  '| cat ',
  '[[ ',
  ' ]]',
  'if true; then ',
  '; fi',
);

const shells = ['sh', 'bash'].filter((shell) => spawnSync(shell, ['-c', ':']).status === 0);

describe.each(shells)('commands run by %s', (shell) => {
  it('print exactly the value and never run it', () => {
    const texts = commands.map((command) => rewriteCommand(command, 1));
    expect(texts.flatMap((each) => each.problems)).toEqual([]);
    const script = texts.map(({ text }) => `(unset UNSET_NAME; ${text}\n)\nprintf '\\000'`).join('\n');
    assert(
      property(values, (value) => {
        const env = { PATH: process.env.PATH ?? '', HOME: folder, CICD_V1: value };
        const { stdout, stderr } = spawnSync(shell, { cwd: folder, env, input: script });
        expect({ stderr: stderr.toString(), printed: stdout.toString().split('\0') }).toEqual({
          stderr: '',
          printed: [...prints.map((print) => print(value)), ''],
        });
        expect(readdirSync(folder)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('show a whole value or nothing of it, whatever the command', () => {
    const value = 'Q  Q$(touch pwned)`touch pwned`';
    const env = { PATH: process.env.PATH ?? '', CICD_V1: value };
    assert(
      property(array(pieces, { minLength: 1, maxLength: 10 }), (parts) => {
        const { text, problems } = rewriteCommand(`printf %s {{ x }}${parts.join('')}`, 1);
        if (problems.length > 0 || spawnSync(shell, ['-n'], { input: text }).status !== 0) return;
        const printed = spawnSync(shell, { cwd: folder, env, input: text }).stdout.toString();
        expect(printed).not.toContain('CICD_V1');
        expect(printed.split('Q').length - 1).toBe(2 * (printed.split(value).length - 1));
        expect(readdirSync(folder)).not.toContain('pwned');
      }),
      { numRuns: 400 },
    );
  });
});
