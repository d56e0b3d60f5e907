import { Type, type Static } from 'typebox';

const closed = { additionalProperties: false } as const;
const HostPath = (description: string) => Type.String({ pattern: '^/', description });

const GrantSchema = Type.Object(
  {
    project: Type.String({ pattern: '^(/|\\*$)', description: 'The folder of the project, or `*` for every one.' }),
    pipeline: Type.String({ minLength: 1, description: 'The name of the pipeline, or `*` for every one.' }),
    privileged: Type.Optional(Type.Boolean()),
    host_network: Type.Optional(Type.Boolean()),
    engine_socket: Type.Optional(Type.Boolean()),
    mounts: Type.Optional(
      Type.Array(
        Type.Object(
          { path: HostPath('A folder or file.'), access: Type.Optional(Type.Enum(['read', 'write'])) },
          closed,
        ),
        { description: 'Just these, not what is in them. `access`: default `read`.' },
      ),
    ),
    devices: Type.Optional(
      Type.Array(
        Type.Object(
          { path: HostPath('A device.'), access: Type.Optional(Type.String({ pattern: '^[rwm]{1,3}$' })) },
          closed,
        ),
        { description: '`access`: letters of `r`, `w`, `m`; default `rw`.' },
      ),
    ),
    capabilities: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
  },
  closed,
);

/** What lets containers of certain pipelines out of their hardening. */
export const grantsSchema = Type.Array(GrantSchema, { description: 'Privileges that pipelines may ask for.' });

export type Grant = Static<typeof GrantSchema>;
