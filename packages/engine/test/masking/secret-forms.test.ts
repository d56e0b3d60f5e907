import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { createMasker } from '../../src/masking/index.ts';

const secret = `pä'ss"w$rd/+ &<4~2`;
const bytes = Buffer.from(secret);
const percent = encodeURIComponent(secret);

const shown: Readonly<Record<string, string>> = {
  raw: secret,
  JSON: JSON.stringify(secret).slice(1, -1),
  'JSON in ASCII': JSON.stringify(secret)
    .slice(1, -1)
    .replace('ä', String.raw`\u00e4`),
  'JSON safe for HTML': JSON.stringify(secret)
    .slice(1, -1)
    .replace('&', String.raw`\u0026`)
    .replace('<', String.raw`\u003c`),
  'URL component': percent,
  'URL component in lower case': percent.replaceAll(/%../g, (code) => code.toLowerCase()),
  form: new URLSearchParams({ secret }).toString().slice('secret='.length),
  hex: bytes.toString('hex'),
  'hex in upper case': bytes.toString('hex').toUpperCase(),
  base64: bytes.toString('base64'),
  base64url: bytes.toString('base64url'),
  'single quotes': secret.replaceAll("'", String.raw`'\''`),
  'single quotes by double quotes': secret.replaceAll("'", `'"'"'`),
};

describe('a secret', () => {
  it.each(Object.entries(shown))('is masked as %s', (_form, text) => {
    expect(createMasker([secret]).text(`before ${text} after`)).toBe('before *** after');
  });

  it.each([0, 1, 2])('is masked in base64 at alignment %i, but for what its neighbours decide', (alignment) => {
    const neighbours = Buffer.from('<>'.slice(0, alignment));
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = Buffer.concat([neighbours, bytes, Buffer.from('~~~')]).toString(encoding);
      const [before, after, ...more] = createMasker([secret]).text(text).split('***');
      expect(more).toEqual([]);
      expect(text.startsWith(before as string) && text.endsWith(after as string)).toBe(true);
      expect(before).toHaveLength(Math.ceil((alignment * 8) / 6));
      expect(after).toHaveLength(text.length - Math.floor(((alignment + bytes.length) * 8) / 6));
    }
  });

  it('is masked in base64 that a tool has wrapped', () => {
    const long = 'long-secret-'.repeat(20);
    const text = (
      Buffer.from(`${long}\n`)
        .toString('base64')
        .match(/.{1,76}/g) as string[]
    ).join('\n');
    expect(createMasker([long]).text(text)).toMatch(/^\*\*\*.{0,4}$/);
  });

  it('is masked line by line', () => {
    const masker = createMasker(['-----BEGIN KEY-----\n    abcdefgh\nxy\r\nijklmnop\n']);
    expect(masker.text('key: abcdefgh, ijklmnop, xy')).toBe('key: ***, ***, xy');
    expect(masker.text('-----BEGIN KEY-----\n    abcdefgh\nxy\r\nijklmnop\nend')).toBe('***\nend');
  });

  it.each([
    "it's a %q & $(test) ~ #1",
    '#begins; with=~ {a,b} [c]* !x ^y `z`',
    'two\nlines\tand\u001b[0m a bell\u0007',
    'ünïcode and \u0001 control',
  ])('is masked as bash writes %j', (value) => {
    const scripts = [`printf '%q' "$1"`, `printf '%s' "\${1@Q}"`, `exec 2>&1; set -x; : "$1"`];
    for (const [script, locale] of scripts.flatMap(
      (one) =>
        [
          [one, 'C'],
          [one, 'C.UTF-8'],
        ] as const,
    )) {
      const shell = ['--norc', '-c', script, 'bash', value];
      const text = execFileSync('bash', shell, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { LC_ALL: locale },
      });
      expect(createMasker([value]).text(text)).toMatch(/^(\+ : )?(\$?')?\*\*\*'?\n?$/);
    }
  });

  it('that begins another one does not hide the rest of it from masking', () => {
    expect(createMasker(['token', 'token-of-admin']).text('token token-of-admin token-of')).toBe('*** *** ***-of');
  });

  it('under four characters is left alone', () => {
    expect(createMasker(['', 'abc', '\n\n\n\n']).text('abc\n\n\n\n\n')).toBe('abc\n\n\n\n\n');
  });

  it('leaves what holds none of it untouched, without a copy', () => {
    const text = Buffer.from('nothing here');
    const stream = createMasker([secret]).stream();
    expect(stream.push(text).buffer).toBe(text.buffer);
    expect(stream.end()).toHaveLength(0);
  });
});

describe('a value', () => {
  const masker = createMasker(['hunter22', '123456']);

  it('is masked in strings, keys and numbers, at any depth', () => {
    const value = { 'hunter22-key': [{ pin: 123456, count: 1234567 }, null, true], text: 'is hunter22' };
    expect(masker.value<unknown>(value)).toEqual({
      '***-key': [{ pin: '***', count: 1234567 }, null, true],
      text: 'is ***',
    });
  });

  it('keeps entries whose keys become equal, and harmless keys of objects', () => {
    const value = JSON.parse('{"hunter22": 1, "123456": 2, "__proto__": {"a": 3}}') as object;
    expect(JSON.stringify(masker.value(value))).toBe('{"***":2,"*** (2)":1,"__proto__":{"a":3}}');
  });
});
