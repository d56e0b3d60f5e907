import { base64Forms } from './base64-forms.ts';
import { shellForms } from './shell-forms.ts';
import { jsonForms, urlForms } from './text-forms.ts';

/** A shorter value would be found everywhere; it is refused as a secret, and not masked. */
export const shortestSecret = 4;

/**
 * Every form in which a secret is recognised, as bytes, each once: raw, each line of it, and as JSON, URLs, hex,
 * base64 and shells write it. Line ends around a value (a file's last one) belong to no form of its text.
 */
export function secretForms(secret: string): Buffer[] {
  const value = secret.toWellFormed();
  const trimmed = value.replaceAll(/^[\r\n]+|[\r\n]+$/g, '');
  if (characters(trimmed) < shortestSecret) return [];
  const texts = [trimmed, ...linesOf(trimmed), ...jsonForms(trimmed), ...urlForms(trimmed), ...shellForms(trimmed)];
  const encodings = [trimmed, value].flatMap((text) => binaryForms(Buffer.from(text)));
  return [...new Set([...texts, ...encodings])].map((form) => Buffer.from(form));
}

function binaryForms(bytes: Buffer): string[] {
  const hexadecimal = bytes.toString('hex');
  return [hexadecimal, hexadecimal.toUpperCase(), ...base64Forms(bytes)];
}

/** Without its indentation where enough is left, so that it is found at any depth; never white space alone. */
function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => characters(line) >= shortestSecret && line.trim() !== '');
  return lines.map((line) => (characters(line.trim()) >= shortestSecret ? line.trim() : line));
}

export function characters(text: string): number {
  return Array.from(text).length;
}
