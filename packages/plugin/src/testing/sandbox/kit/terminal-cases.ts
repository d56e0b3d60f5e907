import assert from 'node:assert/strict';
import type { KitRunner } from '../../kit-runner.ts';
import { rejectsWith, untilWritten, type KitBench } from './kit-bench.ts';
import { kitTerminalCommand, watchTerminal } from './kit-terminal.ts';

const size = { columns: 80, rows: 24 };

/** A terminal beside a running process, or the refusal of one. */
export function terminalCases({ it }: KitRunner, bench: () => KitBench): void {
  it('runs a command on a terminal beside the process, or refuses to be asked', async () => {
    const process = await bench().start('hold', [], { env: { GREETING: 'hello' } });
    await untilWritten(process, 'ready\n');
    const opening = process.openTerminal({ command: kitTerminalCommand, env: { TERM: 'dumb' }, size });
    if (!bench().driver.capabilities.terminals) {
      await rejectsWith(opening, 'sandbox.unsupported');
      return process.remove();
    }
    const terminal = await opening;
    const screen = watchTerminal(terminal);
    await screen.until('ready hello in /workspace');
    terminal.stream.write('words\n');
    await screen.until('got <words>');
    terminal.stream.write('secret\n');
    await screen.until('a secret');
    terminal.stream.write('size\n');
    await screen.until('24 80');
    await terminal.resize({ columns: 101, rows: 33 });
    terminal.stream.write('size\n');
    await screen.until('33 101');
    terminal.stream.write('leave\n');
    assert.equal(await terminal.wait(), 7);
    await terminal.resize(size);
    assert.equal(await process.state(), 'running');
    await process.remove();
  });

  it('ends a terminal with its process', async () => {
    if (!bench().driver.capabilities.terminals) return;
    const process = await bench().start('hold');
    await untilWritten(process, 'ready\n');
    const terminal = await process.openTerminal({ command: kitTerminalCommand, size });
    await watchTerminal(terminal).until('ready');
    await Promise.all([process.remove(), terminal.wait().catch(() => undefined)]);
    assert.equal(await bench().sandbox.attach(process.key), undefined);
  });
}
