/** One message of the engine about work in progress. */
export interface ProgressMessage {
  readonly id?: string;
  readonly status?: string;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
  readonly progress?: string;
  /** Text of a build that the classic builder performs. */
  readonly stream?: string;
  /** What else the engine tells, by `id`. */
  readonly aux?: unknown;
}

const longestLine = 1 << 20;

/** Reads the engine's progress: JSON objects, one a line. A line over a mebibyte is dropped. */
export async function* progressLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<ProgressMessage> {
  const decoder = new TextDecoder();
  let rest = '';
  let isDropping = false;
  for await (const part of source) {
    rest += decoder.decode(part, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!isDropping && line.trim() !== '') yield JSON.parse(line) as ProgressMessage;
      isDropping = false;
    }
    isDropping ||= rest.length > longestLine;
    if (isDropping) rest = '';
  }
  if (!isDropping && rest.trim() !== '') yield JSON.parse(rest) as ProgressMessage;
}
