import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isErrno } from './errno.ts';

/**
 * Names the process that writes a temporary file, so that another process that opens the same folder removes what a
 * dead one left and spares what a live one writes.
 */
export interface WriterIdentity {
  readonly host: string;
  readonly pid: number;
  /** Tells a process from a later one with the same number; empty where the system does not say. */
  readonly started: string;
}

export function thisWriter(): WriterIdentity {
  return { host: hostname().replaceAll(/[^A-Za-z0-9-]/g, '-'), pid: process.pid, started: startOf(process.pid) ?? '' };
}

export function formatWriter(writer: WriterIdentity): string {
  return [writer.host, writer.pid, writer.started].join('_');
}

/** The writer in a temporary file's name; undefined when the name is none of ours. */
export function parseWriter(fileName: string): WriterIdentity | undefined {
  const match = /^([A-Za-z0-9-]*)_(\d+)_(\d*)_/.exec(fileName);
  return match ? { host: match[1] ?? '', pid: Number(match[2]), started: match[3] ?? '' } : undefined;
}

/** `elsewhere`: on another host, where nobody here can look. */
export function stateOf(writer: WriterIdentity): 'alive' | 'dead' | 'elsewhere' {
  if (writer.host !== thisWriter().host) return 'elsewhere';
  if (writer.started !== '') return startOf(writer.pid) === writer.started ? 'alive' : 'dead';
  try {
    process.kill(writer.pid, 0);
    return 'alive';
  } catch (error) {
    return isErrno(error, 'ESRCH') ? 'dead' : 'alive';
  }
}

/** Start time in clock ticks since boot, field 22 of proc(5); undefined where there is no such process or no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ESRCH')) return undefined;
    throw error;
  }
}
