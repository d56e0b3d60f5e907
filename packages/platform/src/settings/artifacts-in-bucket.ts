import { createS3ArtifactStore, type S3Credentials } from '@cicd/artifact/s3';
import { ConfigError, type ArtifactStore } from '@cicd/plugin';
import type { Settings } from './settings.ts';

type BucketSettings = NonNullable<Settings['artifacts']>['s3'];
type Environment = Readonly<Record<string, string | undefined>>;

/** A store of artifacts, and where it lies, in words. */
export interface ArtifactPlace {
  readonly store: ArtifactStore;
  readonly place: string;
}

/** Nothing is reached before the store is used: a command that needs no artifact needs no service. */
export function artifactsInBucket(settings: BucketSettings, env: Environment): ArtifactPlace {
  const { bucket, prefix, endpoint, region, path_style: pathStyle, access_key_id_env: idName } = settings;
  const { secret_access_key_env: secretName } = settings;
  const credentials =
    idName === undefined || secretName === undefined ? undefined : async () => credentialsOf(idName, secretName, env);
  const store = createS3ArtifactStore({
    bucket,
    ...(prefix !== undefined && { prefix }),
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(pathStyle !== undefined && { pathStyle }),
    ...(credentials && { credentials }),
  });
  return { store, place: `the bucket ${bucket}${endpoint === undefined ? '' : ` at ${endpoint}`}` };
}

function credentialsOf(idName: string, secretName: string, env: Environment): S3Credentials {
  const [accessKeyId, secretAccessKey] = [env[idName], env[secretName]];
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey };
  throw new ConfigError({
    code: 'command.settings_invalid',
    message: `artifacts.s3: the environment has no variable ${accessKeyId ? secretName : idName}`,
    hint: 'Set it where cicd runs, or name another one in settings.yaml.',
  });
}

/** What no log and no error may show. */
export function bucketSecrets({ secret_access_key_env: name }: BucketSettings, env: Environment): readonly string[] {
  const names = name === undefined ? ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] : [name];
  return names.flatMap((each) => env[each] || []);
}
