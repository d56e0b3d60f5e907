import { existsSync, readFileSync, rmSync } from 'node:fs';
import { readProcesses } from '../engine/process-table.ts';

/** Ends the process whose number a file holds, where it is still that program; a number may have become another's. */
export function endProcess(file: string, mark: string): void {
  if (!existsSync(file)) return;
  const id = Number(readFileSync(file, 'utf8'));
  const holder = readProcesses().find((each) => each.id === id);
  if (holder?.command.includes(mark)) process.kill(id);
  rmSync(file);
}
