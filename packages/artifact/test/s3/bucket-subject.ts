import { randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ArtifactStoreSubject } from '@cicd/plugin/testing';
import { createS3ArtifactStore, type S3ArtifactStoreOptions } from '../../src/s3/index.ts';

export interface Service {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A bucket of a real service, and a store in it. */
export interface BucketSubject extends ArtifactStoreSubject {
  readonly client: S3Client;
  readonly options: S3ArtifactStoreOptions & { readonly prefix: string };
  /** Names of all objects, without the prefix. */
  objects(): Promise<string[]>;
  /** How many uploads in parts have begun and not ended. */
  uploads(): Promise<number>;
}

export async function bucketSubject(
  service: Service,
  more: Partial<S3ArtifactStoreOptions> = {},
): Promise<BucketSubject> {
  const { endpoint, region, accessKeyId, secretAccessKey } = service;
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const bucket = `store-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const prefix = 'some/where/';
  const options = { bucket, endpoint, region, credentials, pathStyle: true, prefix, ...more };
  const store = createS3ArtifactStore(options);

  async function objects(): Promise<string[]> {
    const names: string[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(token && { ContinuationToken: token }) }),
      );
      names.push(...(page.Contents ?? []).map(({ Key = '' }) => Key.slice(prefix.length)));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return names.sort();
  }

  return {
    store,
    client,
    options,
    objects,
    async uploads() {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      return Uploads.length;
    },
    async flipBit(executionId) {
      const name = (await objects()).find((object) => object.startsWith(`content/${executionId}/`)) ?? '';
      const Key = `${prefix}${name}`;
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
      bytes.writeUInt8(bytes.readUInt8(17) ^ 1, 17);
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: bytes }));
    },
    async dispose() {
      await store.close();
      client.destroy();
    },
  };
}
