export type { S3Connection, S3Credentials } from './connect.ts';
export { createS3ArtifactStore, type S3ArtifactStoreOptions } from './s3-artifact-store.ts';
