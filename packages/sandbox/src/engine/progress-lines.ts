/** One message of the engine about work in progress. */
export interface ProgressMessage {
  readonly id?: string;
  readonly status?: string;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
  readonly progress?: string;
}

const longestLine = 1 << 20;

/** Reads the engine's progress: JSON objects, one a line. A line over a mebibyte is dropped. */
export async function* progressLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<ProgressMessage> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of source) {
    rest += decoder.decode(part, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) rest = '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as ProgressMessage;
  }
  if (rest.trim() !== '') yield JSON.parse(rest) as ProgressMessage;
}
