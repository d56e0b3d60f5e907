import type { S3Client } from '@aws-sdk/client-s3';

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** How to reach the service. What is not given is taken from where AWS's tools take it: variables, profiles, roles. */
export interface S3Connection {
  /** URL of a service that is not AWS. */
  readonly endpoint?: string;
  readonly region?: string;
  /** `endpoint/bucket/…` in place of `bucket.endpoint/…`. Default false. */
  readonly pathStyle?: boolean;
  /** As a function: asked for when the store is first used. */
  readonly credentials?: S3Credentials | (() => Promise<S3Credentials>);
}

/** Milliseconds without a word from the service. */
const silence = 60_000;

/** A client for these; the SDK is loaded now. */
export async function connectS3({ endpoint, region, pathStyle, credentials }: S3Connection): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  return new S3Client({
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(credentials && { credentials }),
    forcePathStyle: pathStyle ?? false,
    requestHandler: { connectionTimeout: 10_000, socketTimeout: silence },
  });
}
