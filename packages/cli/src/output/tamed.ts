import stripAnsi from 'strip-ansi';

/** A line from outside as it can stand among ours: no cursor movement, no colour, no control character. */
export const tamed = (line: string): string =>
  stripAnsi(line)
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim();
