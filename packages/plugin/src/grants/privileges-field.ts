import { Type, type Static } from 'typebox';
import { noPrivileges, type Privileges } from './privileges.ts';

const closed = { additionalProperties: false } as const;
const HostPath = (description: string) =>
  Type.String({ pattern: '^(/|\\{\\{)', minLength: 1, maxLength: 4_096, description });

const PrivilegesSchema = Type.Object(
  {
    privileged: Type.Optional(Type.Boolean({ description: 'As good as root on the host.' })),
    host_network: Type.Optional(Type.Boolean({ description: 'The host’s network instead of one of its own.' })),
    engine_socket: Type.Optional(
      Type.Boolean({ description: 'The container engine’s socket, at `/var/run/docker.sock`: as good as root.' }),
    ),
    mounts: Type.Optional(
      Type.Array(
        Type.Object(
          {
            source: HostPath('A folder or file of the host.'),
            target: HostPath('Where the container finds it.'),
            access: Type.Optional(Type.Enum(['read', 'write'], { description: 'Default `read`.' })),
          },
          closed,
        ),
        { maxItems: 32, description: 'Folders and files of the host.' },
      ),
    ),
    devices: Type.Optional(
      Type.Array(
        Type.Object(
          {
            path: HostPath('A device of the host.'),
            target: Type.Optional(HostPath('Where the container finds it. Default: at the same place.')),
            access: Type.Optional(
              Type.String({ pattern: '^[rwm]{1,3}$', description: 'Letters of `r`, `w`, `m`. Default `rw`.' }),
            ),
          },
          closed,
        ),
        { maxItems: 32, description: 'Devices of the host.' },
      ),
    ),
    capabilities: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 40 }), {
        maxItems: 64,
        description: 'Capabilities of Linux, such as `NET_ADMIN`.',
      }),
    ),
  },
  {
    ...closed,
    description:
      'What lets the container out of its hardening. Refused unless the operator’s settings grant it to the pipeline.',
  },
);

/** The field `privileges` of a step that runs a container: the engine shows it in the plan. */
export const PrivilegesField = () => Type.Optional(PrivilegesSchema);

export type WrittenPrivileges = Static<typeof PrivilegesSchema>;

/** What the field says, with its defaults. */
export function readPrivileges(written: WrittenPrivileges | undefined): Privileges {
  if (!written) return noPrivileges;
  const { privileged = false, host_network: hostNetwork = false, engine_socket: engineSocket = false } = written;
  return {
    privileged,
    hostNetwork,
    engineSocket,
    mounts: (written.mounts ?? []).map(({ source, target, access = 'read' }) => ({ source, target, access })),
    devices: (written.devices ?? []).map(({ path, target = path, access = 'rw' }) => ({ path, target, access })),
    capabilities: written.capabilities ?? [],
  };
}
