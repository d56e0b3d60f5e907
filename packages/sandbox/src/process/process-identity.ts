import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process as the machine knows it: the id alone may belong to another one by now. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Whatever tells two processes of one id apart: clock ticks since boot on Linux, a date elsewhere. */
  readonly startTime: string;
}

/** The start time in `/proc/PID/stat`: field 22, counted behind the name, which may hold spaces and brackets (proc(5)). */
export const startTimeOfStat = (stat: string): string => stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';

/** What the wrapper writes: its id, then the line of `/proc/PID/stat` or of `ps -o lstart=`. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  const [first = '', second = ''] = text.split('\n');
  const pid = Number(first);
  if (!Number.isInteger(pid) || pid <= 1 || second === '') return undefined;
  return { pid, startTime: second.startsWith(`${pid} (`) ? startTimeOfStat(second) : second.trim() };
}

function currentStartTime(pid: number): string {
  try {
    if (process.platform === 'linux') return startTimeOfStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return ''; // There is no such process.
  }
}

/** A zombie has ended: it only waits to be counted. */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false; // It ended meanwhile; its start time tells.
  }
}

export const isAlive = ({ pid, startTime }: ProcessIdentity): boolean =>
  currentStartTime(pid) === startTime && !isZombie(pid);

/** Sends a signal to the whole group that a process leads; false when there is none any more. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
