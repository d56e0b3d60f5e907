import { readdirSync, readFileSync } from 'node:fs';

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch (error) {
    // It ended while we looked.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

/** The processes of this machine whose whole command line is the one given. */
export const processesNamed = (command: string): string[] =>
  readdirSync('/proc').filter((name) => /^\d+$/.test(name) && commandLine(name) === command);
