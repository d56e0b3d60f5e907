import { ByteSize } from '@cicd/plugin';
import { Type, type Static } from 'typebox';
import { grantsSchema } from '../grants/grants-schema.ts';

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

const variable = Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', description: 'A variable of the environment.' });

const bucket = Type.Object(
  {
    bucket: Type.String({ minLength: 1, description: 'The bucket, which exists.' }),
    prefix: Type.Optional(Type.String({ description: 'What every name of an object begins with.' })),
    endpoint: Type.Optional(
      Type.String({ pattern: '^https?://[^/?#]+', description: 'URL of a service that is not AWS.' }),
    ),
    region: Type.Optional(Type.String({ minLength: 1 })),
    path_style: Type.Optional(
      Type.Boolean({ description: 'The bucket is part of the path and not of the host name. Default: false.' }),
    ),
    access_key_id_env: Type.Optional(variable),
    secret_access_key_env: Type.Optional(variable),
  },
  {
    ...closed,
    dependentRequired: { access_key_id_env: ['secret_access_key_env'], secret_access_key_env: ['access_key_id_env'] },
  },
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
    artifacts: Type.Optional(
      Type.Object({ s3: bucket }, { ...closed, description: 'Where artifacts are kept. Default: in the data folder.' }),
    ),
    grants: Type.Optional(grantsSchema),
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
    caches: Type.Optional(
      Type.Object(
        { quota: ByteSize({ description: 'What all caches together may take; those unused for longest go first.' }) },
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
