import { createMarkParser, type Piece } from './mark-parser.ts';

/** The bodies of the marks that the script prints, in the order in which they may come. */
export const marks = {
  /** The input was complete; the commands follow. */
  begun: 'begun',
  /** The n-th command, from 1, begins. */
  command: (position: number | string) => `command ${position}`,
  /** The content of `$CICD_OUTPUT` follows, up to `ended`. */
  outputs: 'outputs',
  /** The commands are over; the last one that began was the n-th. */
  ended: (position: number | string) => `ended ${position}`,
} as const;

/** The most that a step may write to `$CICD_OUTPUT`, in bytes. */
export const largestOutputs = 1024 * 1024;

/** What the standard output of the script says. */
export type TranscriptEvent =
  { readonly kind: 'text'; readonly data: Uint8Array } | { readonly kind: 'command'; readonly position: number };

export interface Transcript {
  push(chunk: Uint8Array): TranscriptEvent[];
  end(): TranscriptEvent[];
  /** Whether the input arrived whole. When not, no command ran. */
  readonly begun: boolean;
  /** The last command that began, from 1; 0 before the first. */
  readonly position: number;
  /** What the commands wrote to `$CICD_OUTPUT`, cut one byte after `largestOutputs`. */
  readonly outputs: Buffer;
}

/** Reads the script's standard output: what goes to the log, which command it belongs to, and the outputs at its end. */
export function createTranscript(token: string): Transcript {
  const parser = createMarkParser(token);
  const collected: Uint8Array[] = [];
  let collectedBytes = 0;
  let collecting = false;
  let begun = false;
  let position = 0;

  function collect(data: Uint8Array): void {
    const kept = data.subarray(0, largestOutputs + 1 - collectedBytes);
    collectedBytes += kept.length;
    if (kept.length > 0) collected.push(kept);
  }

  function read(piece: Piece): TranscriptEvent[] {
    if (piece.kind === 'text') {
      if (!collecting) return [piece];
      collect(piece.data);
      return [];
    }
    const [word, number] = piece.body.split(' ');
    if (word === 'begun') begun = true;
    if (word === 'outputs') collecting = true;
    if (word === 'ended') collecting = false;
    if (number === undefined) return [];
    position = Number(number);
    return word === 'command' ? [{ kind: 'command', position }] : [];
  }

  return {
    push: (chunk) => parser.push(chunk).flatMap(read),
    end: () => parser.end().flatMap(read),
    get begun() {
      return begun;
    },
    get position() {
      return position;
    },
    get outputs() {
      return Buffer.concat(collected);
    },
  };
}
