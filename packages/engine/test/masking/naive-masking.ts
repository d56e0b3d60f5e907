/** What masking must give: every byte that some occurrence of a form covers, each stretch of them as one `***`. */
export function naiveMasking(text: Buffer, forms: readonly Buffer[]): Buffer {
  const covered = new Uint8Array(text.length);
  for (const form of forms) {
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) covered.fill(1, at, at + form.length);
  }
  const parts: Buffer[] = [];
  for (const [at, byte] of text.entries()) {
    if (covered[at] === 0) parts.push(Buffer.from([byte]));
    else if (at === 0 || covered[at - 1] === 0) parts.push(Buffer.from('***'));
  }
  return Buffer.concat(parts);
}
