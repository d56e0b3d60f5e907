import { posix } from 'node:path';
import { plainLine } from './plain-text.ts';

/**
 * The path of a SARIF artifact location, as people know it: relative to what was scanned, without `.` and `..`. One that
 * leaves the tree stays visible as what it is, from `/`; nothing is ever opened by it.
 *
 * SARIF 2.1.0, 3.4: a URI reference, percent-encoded.
 */
export function pathOf(uri: string, root = ''): string {
  const path = decoded(uri.replace(/^file:\/\/[^/]*/, '')).replaceAll('\\', '/');
  const plain = plainLine(path, 500);
  const normal = posix.normalize(plain);
  if (normal === '.') return '';
  const climbs = normal === '..' || normal.startsWith('../');
  const absolute = climbs ? posix.resolve('/', normal) : normal;
  const base = root.replace(/\/+$/, '');
  if (base !== '' && absolute === base) return '';
  return base !== '' && absolute.startsWith(`${base}/`) ? absolute.slice(base.length + 1) : absolute;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that encodes nothing: the name is meant as it stands.
    return text;
  }
}
