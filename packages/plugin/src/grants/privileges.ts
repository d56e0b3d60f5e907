/** A folder or file of the host that a container is to see. */
export interface HostMount {
  /** On the host; absolute. */
  readonly source: string;
  /** In the container; absolute. */
  readonly target: string;
  readonly access: 'read' | 'write';
}

/** A device of the host that a container is to use. */
export interface HostDevice {
  /** On the host; absolute. */
  readonly path: string;
  /** In the container; absolute. */
  readonly target: string;
  /** Letters of `r`, `w` and `m` (make). */
  readonly access: string;
}

/** What lets a container out of its hardening. Nothing of it is had without an operator's grant. */
export interface Privileges {
  /** Every capability, every device, no confinement: as good as root on the host. */
  readonly privileged: boolean;
  /** The host's network instead of one of its own. */
  readonly hostNetwork: boolean;
  /** The container engine's socket, at `/var/run/docker.sock`: as good as root on the host. */
  readonly engineSocket: boolean;
  readonly mounts: readonly HostMount[];
  readonly devices: readonly HostDevice[];
  /** Names without `CAP_`, such as `NET_ADMIN`. */
  readonly capabilities: readonly string[];
}

export const noPrivileges: Privileges = {
  privileged: false,
  hostNetwork: false,
  engineSocket: false,
  mounts: [],
  devices: [],
  capabilities: [],
};

/** Whether anything is asked for at all. */
export const asksForNothing = ({ mounts, devices, capabilities, ...flags }: Privileges): boolean =>
  mounts.length + devices.length + capabilities.length === 0 && !Object.values(flags).includes(true);

/** Each privilege in a few words, as people are shown it. */
export function privilegeNames(privileges: Privileges): readonly string[] {
  return [
    ...(privileges.privileged ? ['privileged'] : []),
    ...(privileges.hostNetwork ? ['host network'] : []),
    ...(privileges.engineSocket ? ['engine socket'] : []),
    ...privileges.mounts.map(({ source, target, access }) => `mount ${source} at ${target} (${access})`),
    ...privileges.devices.map(({ path, access }) => `device ${path} (${access})`),
    ...privileges.capabilities.map((name) => `capability ${name}`),
  ];
}
