import { maskValue } from './mask-value.ts';
import type { Masker } from './masker.ts';
import { MaskingStream } from './masking-stream.ts';
import { buildAutomaton } from './pattern-automaton.ts';
import { secretForms } from './secret-forms.ts';

/**
 * A masker for all secrets that one step received. Each is found raw, by line, and as JSON, URLs, hex, base64 and
 * shells write it; every stretch of matches becomes one `***`. Values under 4 characters are not masked: `checkSecret`
 * refuses them. What a stream returns may share memory with what was pushed.
 */
export function createMasker(secrets: readonly string[]): Masker {
  const automaton = buildAutomaton([...new Set(secrets)].flatMap(secretForms));
  const stream = () => new MaskingStream(automaton);
  const text = (plain: string): string => {
    const bytes = Buffer.from(plain);
    const single = stream();
    const masked = Buffer.concat([single.push(bytes), single.end()]);
    return masked.equals(bytes) ? plain : masked.toString();
  };
  return { stream, text, value: (value) => maskValue(value, text) };
}
