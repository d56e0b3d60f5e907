import { Type, type Static } from 'typebox';

const closed = { additionalProperties: false } as const;
const name = '^[a-z][a-z0-9_-]{0,62}$';

const sqlite = Type.Object(
  {
    type: Type.Literal('sqlite'),
    file: Type.String({ minLength: 1, description: 'Its file; a relative path begins at the settings.' }),
  },
  closed,
);

const postgres = Type.Object(
  {
    type: Type.Literal('postgres'),
    url_env: Type.String({
      pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
      description: 'The variable of the environment that holds its URL, password included.',
    }),
  },
  closed,
);

/** What the operator of a data folder lets pipelines use: `settings.yaml` in it. */
export const settingsSchema = Type.Object(
  {
    network: Type.Optional(
      Type.Object(
        {
          allowed: Type.Array(Type.String({ minLength: 1 }), {
            description: 'Host names, addresses and CIDRs that steps may call though they are not public.',
          }),
        },
        closed,
      ),
    ),
    git: Type.Optional(
      Type.Object(
        {
          known_hosts: Type.Optional(
            Type.String({
              minLength: 1,
              description: 'A file of SSH servers and their keys; a relative path begins at the settings.',
            }),
          ),
        },
        closed,
      ),
    ),
    databases: Type.Optional(
      Type.Record(Type.String({ pattern: name }), Type.Union([sqlite, postgres]), {
        ...closed,
        description: 'Databases by the name that pipelines use.',
      }),
    ),
  },
  closed,
);

export type Settings = Static<typeof settingsSchema>;
