import { createInterface } from 'node:readline';
import type { Terminal } from '../../../sandbox/terminal.ts';
import type { FakeTerminalProgram } from '../fake-terminal.ts';

/** Says what it stands on, then answers each line that is typed: `size`, `leave`, or an echo. */
export const kitTerminalCommand: readonly [string, ...string[]] = [
  'sh',
  '-c',
  `[ -t 0 ] && [ -t 1 ] && printf 'ready %s in %s\\n' "$GREETING" "$PWD"
while read -r line; do
  case $line in
    size) stty size ;;
    secret) cat "$CICD_RUNTIME_DIR/file" ;;
    leave) exit 7 ;;
    *) printf 'got <%s>\\n' "$line" ;;
  esac
done`,
];

/** What a fake driver plays for it under `describeSandbox`. */
export const kitTerminal: FakeTerminalProgram = async ({ env, stream, size }) => {
  stream.write(`ready ${env['GREETING'] ?? ''} in /workspace\r\n`);
  for await (const line of createInterface({ input: stream })) {
    if (line === 'leave') return 7;
    if (line === 'size') stream.write(`${size().rows} ${size().columns}\r\n`);
    else if (line === 'secret') stream.write('a secret');
    else stream.write(`got <${line}>\r\n`);
  }
  return 0;
};

/** Reads what a terminal shows, as far as a case wants it. */
export function watchTerminal({ stream }: Terminal): { until(text: string): Promise<void> } {
  let shown = '';
  let look = () => {};
  let isOver = false;
  stream.setEncoding('latin1');
  stream.on('data', (text: string) => {
    shown += text;
    look();
  });
  stream.on('close', () => {
    isOver = true;
    look();
  });
  return {
    until: (text) =>
      new Promise((resolve, reject) => {
        look = () => {
          if (shown.includes(text)) resolve();
          else if (isOver) reject(new Error(`the terminal ended without showing ${text}: ${JSON.stringify(shown)}`));
        };
        look();
      }),
  };
}
