/** What the machine offers for a container engine. */
export interface Machine {
  /** Linux distribution and its family: the `ID` and `ID_LIKE` of os-release; empty elsewhere. */
  readonly distribution: readonly string[];
  readonly isRoot: boolean;
  /** Unix sockets of engines that answered, the preferred one first. */
  readonly answering: readonly string[];
}

export type Choice =
  | { readonly engine: 'own' }
  | { readonly engine: 'found'; readonly socketPath: string }
  | { readonly engine: 'none'; readonly reason: string; readonly hint: string };

/** An own engine where it can be installed and started, otherwise one that is there. */
export function chooseEngine(machine: Machine): Choice {
  if (canHaveOwn(machine)) return { engine: 'own' };
  const [socketPath] = machine.answering;
  if (socketPath !== undefined) return { engine: 'found', socketPath };
  return {
    engine: 'none',
    reason: 'no container engine answers, and this machine cannot be given one (that needs root on Debian or Ubuntu)',
    hint: 'start Docker or Podman and set DOCKER_HOST=unix:///path/of/its.sock',
  };
}

/** Whether an own engine can be installed and started: root on Debian, Ubuntu or a relative. */
export function canHaveOwn(machine: Pick<Machine, 'distribution' | 'isRoot'>): boolean {
  return machine.isRoot && machine.distribution.some((name) => name === 'debian' || name === 'ubuntu');
}

/** The `ID` and `ID_LIKE` of an os-release file. */
export function distributionOf(osRelease: string): string[] {
  return [...osRelease.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap((match) => (match[1] ?? '').split(' '));
}

/** The socket paths to try on a machine, in order: what `DOCKER_HOST` names, then Docker's usual place. */
export function socketsToTry(environment: NodeJS.ProcessEnv): string[] {
  const host = environment['DOCKER_HOST'];
  if (host === undefined || host === '') return ['/var/run/docker.sock'];
  return host.startsWith('unix://') ? [host.slice('unix://'.length)] : [];
}
