/** `/orders/{id}/items/{item}`: parts in braces are parameters. Undefined where the path is another. */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split('/');
  const parts = path.split('/');
  if (wanted.length !== parts.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, want] of wanted.entries()) {
    const part = parts[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(want)?.[1];
    if (name === undefined ? want !== part : part === '') return undefined;
    if (name === undefined) continue;
    const decoded = decode(part);
    if (decoded === undefined) return undefined;
    found[name] = decoded;
  }
  return found;
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    // No path of ours: it is not encoded as paths are.
    return undefined;
  }
}
