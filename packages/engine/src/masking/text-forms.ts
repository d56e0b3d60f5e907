/** The inside of a JSON string: by the standard, in ASCII only (Python), with `/` escaped (PHP), and safe for HTML (Go). */
export function jsonForms(text: string): string[] {
  const standard = JSON.stringify(text).slice(1, -1);
  const ascii = standard.replaceAll(/[\u007f-\uffff]/g, unicodeEscape);
  const forms = [standard, ascii, standard.replaceAll('/', String.raw`\/`), ascii.replaceAll('/', String.raw`\/`)];
  return [...forms, standard.replaceAll(/[<>&\u2028\u2029]/g, unicodeEscape)];
}

function unicodeEscape(character: string): string {
  return String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Percent-encoded as `encodeURIComponent`, RFC 3986, a path and a form (`application/x-www-form-urlencoded`) do it. */
export function urlForms(text: string): string[] {
  const component = encodeURIComponent(text);
  const strict = component.replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const form = new URLSearchParams({ v: text }).toString().slice('v='.length);
  const upper = [component, strict, component.replaceAll('%2F', '/'), strict.replaceAll('%2F', '/'), form];
  return [...upper, ...upper.map((encoded) => encoded.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
}
