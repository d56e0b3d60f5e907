/** Line lengths of the usual tools: `base64` and MIME break after 76 characters, PEM and `openssl` after 64. */
const wrapWidths = [76, 64];

/** How base64 (RFC 4648, standard and URL alphabet) may show `bytes`, wherever in a longer text they stand. */
export function base64Forms(bytes: Buffer): string[] {
  const forms = [0, 1, 2].flatMap((alignment) => alignedForms(bytes, alignment));
  const [stable = ''] = forms;
  const wrapped = wrapWidths.filter((width) => stable.length > width).map((width) => wrap(stable, width));
  return [...forms, ...forms.map(toUrlAlphabet), ...wrapped];
}

/**
 * The forms when `alignment` (0 to 2) unknown bytes of a group stand before: the characters that only these bytes
 * decide, then with the end of the text behind them, without and with padding. The longest that matches wins.
 */
function alignedForms(bytes: Buffer, alignment: number): string[] {
  const text = Buffer.concat([Buffer.alloc(alignment), bytes]).toString('base64');
  const first = Math.ceil((alignment * 8) / 6);
  const last = Math.floor(((alignment + bytes.length) * 8) / 6);
  return [text.slice(first, last), text.slice(first).replace(/=+$/, ''), text.slice(first)];
}

function wrap(text: string, width: number): string {
  return text.match(new RegExp(`.{1,${width}}`, 'g'))?.join('\n') ?? text;
}

function toUrlAlphabet(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_');
}
