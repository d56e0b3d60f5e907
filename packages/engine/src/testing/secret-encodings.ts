/** A secret as some tool writes it. */
export interface SecretEncoding {
  readonly name: string;
  readonly text: string;
  /** What would give the secret away: none of it may be left of the text. */
  readonly telltales: readonly string[];
}

/** Shorter pieces say nothing. */
const shortestTelltale = 4;

/**
 * Every encoding in which a secret has to be masked, made with the means of the platform and without the code that
 * masks: raw and each line, JSON, URL, hex, base64 and base64url at all three alignments, quoted for a shell.
 */
export function secretEncodings(secret: string): readonly SecretEncoding[] {
  const bytes = Buffer.from(secret);
  const lines = secret.split(/[\r\n]+/).filter((line) => line.trim().length >= shortestTelltale);
  const whole = (name: string, text: string): SecretEncoding => ({ name, text, telltales: [text] });
  return [
    { name: 'raw', text: secret, telltales: lines },
    ...lines.map((line, index) => whole(`line ${index + 1}`, line)),
    whole('JSON', JSON.stringify(secret).slice(1, -1)),
    whole('URL', encodeURIComponent(secret)),
    whole('form', new URLSearchParams([['', secret]]).toString().slice(1)),
    whole('hex', bytes.toString('hex')),
    whole('HEX', bytes.toString('hex').toUpperCase()),
    whole('single quotes', secret.split("'").join(`'\\''`)),
    whole(
      'double quotes',
      secret.replaceAll(/["\\$`]/g, (character) => `\\${character}`),
    ),
    ...[0, 1, 2].flatMap((alignment) => [aligned(bytes, alignment, 'base64'), aligned(bytes, alignment, 'base64url')]),
  ].filter(({ telltales }) => telltales.some((telltale) => telltale.length >= shortestTelltale));
}

/** In a longer text, `alignment` bytes after the beginning of a group: told by the characters that only it decides. */
function aligned(bytes: Buffer, alignment: number, encoding: 'base64' | 'base64url'): SecretEncoding {
  const text = Buffer.concat([Buffer.from('u:').subarray(0, alignment), bytes, Buffer.from('@host')]).toString(
    encoding,
  );
  const core = text.slice(Math.ceil((alignment * 4) / 3), Math.floor(((alignment + bytes.length) * 4) / 3));
  return { name: `${encoding} at ${alignment}`, text, telltales: [core] };
}
