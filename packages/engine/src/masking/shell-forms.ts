/** How shells quote `text` (in scripts, in `set -x`, by `printf %q`), without the quotes around it. */
export function shellForms(text: string): string[] {
  return [
    text.replaceAll("'", String.raw`'\''`),
    text.replaceAll("'", `'"'"'`),
    text.replaceAll(/["$`\\]/g, String.raw`\$&`),
    backslashQuoted(text),
    ansiQuoted(text, (bytes) => bytes.toString('utf8')),
    ansiQuoted(text, octal),
  ];
}

/** Bash's `printf %q`: a backslash before what the shell would read (`sh_backslash_quote` in its `lib/sh/shquote.c`). */
function backslashQuoted(text: string): string {
  return text
    .replaceAll(/[\t !"$&'()*,;<>?[\\\]^`{|}]/g, String.raw`\$&`)
    .replace(/^[#~]/, String.raw`\$&`)
    .replaceAll(/([:=])~/g, String.raw`$1\~`);
}

const ansiNames: Readonly<Record<string, string>> = {
  '\u0007': String.raw`\a`,
  '\b': String.raw`\b`,
  '\t': String.raw`\t`,
  '\n': String.raw`\n`,
  '\v': String.raw`\v`,
  '\f': String.raw`\f`,
  '\r': String.raw`\r`,
  '\u001b': String.raw`\E`,
  '\\': String.raw`\\`,
  "'": String.raw`\'`,
};

/** Bash's `$'…'`; what is not ASCII stays itself or becomes octal, as the locale has it. */
function ansiQuoted(text: string, foreign: (bytes: Buffer) => string): string {
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0x7e) return foreign(Buffer.from(character));
    return ansiNames[character] ?? (code < 0x20 ? octal(Buffer.from(character)) : character);
  }).join('');
}

function octal(bytes: Buffer): string {
  return [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
