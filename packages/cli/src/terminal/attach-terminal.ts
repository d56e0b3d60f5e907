import type { Terminal, TerminalSize } from '@cicd/plugin';

/** Where a person sits. */
export interface PersonTerminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/** A terminal that does not know its size says 0. */
export const sizeOf = ({ columns, rows }: NodeJS.WriteStream): TerminalSize => ({
  columns: columns || 80,
  rows: rows || 24,
});

/**
 * Joins a person's terminal and a command's: every key goes to the command, as does the size. Resolves to its exit code;
 * an abort breaks the connection. However it ends, the person's terminal is as it was.
 */
export async function attachTerminal(
  terminal: Terminal,
  { input, output }: PersonTerminal,
  signal: AbortSignal,
): Promise<number> {
  const { stream } = terminal;
  const hangUp = () => stream.destroy();
  // Where the connection is broken, `wait` says so.
  const resize = () => void terminal.resize(sizeOf(output)).catch(hangUp);
  if (signal.aborted) hangUp();
  signal.addEventListener('abort', hangUp);
  output.on('resize', resize).on('error', hangUp);
  input.on('error', hangUp);
  const wasRaw = input.isRaw;
  input.setRawMode(true);
  try {
    // Between the size that the command was given and now, the window may have changed.
    resize();
    input.pipe(stream);
    stream.pipe(output, { end: false });
    return await terminal.wait();
  } finally {
    input.unpipe(stream);
    input.pause();
    input.setRawMode(wasRaw);
    stream.unpipe(output);
    output.off('resize', resize).off('error', hangUp);
    input.off('error', hangUp);
    signal.removeEventListener('abort', hangUp);
    stream.destroy();
  }
}
