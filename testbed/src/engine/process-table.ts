import { readdirSync, readFileSync } from 'node:fs';

/** One process of the machine. */
export interface Process {
  readonly id: number;
  readonly parent: number;
  /** Its words, separated by spaces; empty for kernel threads. */
  readonly command: string;
}

/** Every process of a Linux machine. */
export function readProcesses(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        const parent = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1]);
        return [{ id: Number(name), parent, command }];
      } catch {
        return []; // it ended while we looked
      }
    });
}

/** The engine daemon that serves from `runtime`, if one runs. */
export function ownDaemon(table: readonly Process[], runtime: string): Process | undefined {
  return table.find((each) => isDaemon(each) && mentions(each, runtime));
}

/** Whether an engine runs that is not served from `runtime`. */
export function otherDaemonRuns(table: readonly Process[], runtime: string): boolean {
  return table.some((each) => isDaemon(each) && !mentions(each, runtime));
}

/** The daemons of an engine (its own, its containerd's, its shims) with all that runs under them, deepest last. */
export function familyOf(table: readonly Process[], runtime: string): Process[] {
  const family = new Set(table.filter((each) => isEngineProgram(each) && mentions(each, runtime)));
  for (const member of family) {
    for (const child of table) if (child.parent === member.id) family.add(child);
  }
  return [...family];
}

const program = (each: Process) => each.command.split(' ', 1)[0]?.split('/').at(-1) ?? '';
const isDaemon = (each: Process) => program(each) === 'dockerd';
const isEngineProgram = (each: Process) => /^(dockerd|containerd|containerd-shim.*)$/.test(program(each));
const mentions = (each: Process, runtime: string) => each.command.includes(`${runtime}/`);
