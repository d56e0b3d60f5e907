import type { Readable } from 'node:stream';
import type { ListMultipartUploadsCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { bucketTrouble, isMissing } from './bucket-trouble.ts';

/** The smallest part that every service takes is 5 MiB; 10,000 of these are 80 GiB. */
const partBytes = 8 * 2 ** 20;
const partsAtOnce = 4;

/** Loaded when a bucket is first used: it costs more than 100 ms. */
const loadClient = () => import('@aws-sdk/client-s3');

/** The few things a store does with a bucket, each with the error of ours: `artifact.store_failed`. */
export class Bucket {
  readonly name: string;
  readonly #connect: () => Promise<S3Client>;
  #client: Promise<S3Client> | undefined;

  constructor(name: string, connect: () => Promise<S3Client>) {
    this.name = name;
    this.#connect = connect;
  }

  put(key: string, content: string): Promise<void> {
    return this.#do('keep an object', async (client, { PutObjectCommand }) => {
      await client.send(new PutObjectCommand({ Bucket: this.name, Key: key, Body: Buffer.from(content) }));
    });
  }

  /** Undefined when there is none. */
  open(key: string): Promise<Readable | undefined> {
    return this.#do('give an object', async (client, { GetObjectCommand }) => {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: this.name, Key: key }));
        // In Node it is one of Node's streams.
        return Body as Readable | undefined;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });
  }

  /** Idempotent. */
  remove(key: string): Promise<void> {
    return this.#do('delete an object', async (client, { DeleteObjectCommand }) => {
      await client.send(new DeleteObjectCommand({ Bucket: this.name, Key: key }));
    });
  }

  /** In the order of their names, page by page. */
  async *list(prefix: string): AsyncGenerator<string> {
    let token: string | undefined;
    do {
      const page = await this.#do('list its objects', (client, { ListObjectsV2Command }) =>
        client.send(
          new ListObjectsV2Command({ Bucket: this.name, Prefix: prefix, ...(token && { ContinuationToken: token }) }),
        ),
      );
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  /** Streams a content of any size: a small one in one request, a larger one in parts, which appear together. */
  upload(key: string, content: Readable, signal?: AbortSignal): Promise<void> {
    return this.#do('keep a content', async (client) => {
      const { Upload } = await import('@aws-sdk/lib-storage');
      const upload = new Upload({
        client,
        params: { Bucket: this.name, Key: key, Body: content },
        partSize: partBytes,
        queueSize: partsAtOnce,
      });
      const stop = (): void => {
        // Who waits for it hears of it by the upload itself.
        upload.abort().catch(() => undefined);
      };
      signal?.addEventListener('abort', stop, { once: true });
      try {
        signal?.throwIfAborted();
        await upload.done();
      } finally {
        signal?.removeEventListener('abort', stop);
      }
    });
  }

  /** Gives up uploads in parts that were begun, by whomever, before a time in milliseconds. */
  abortUploads(prefix: string, begunBefore: number): Promise<void> {
    return this.#do('give up uploads', async (client, { AbortMultipartUploadCommand, ListMultipartUploadsCommand }) => {
      let from: Pick<ListMultipartUploadsCommandOutput, 'NextKeyMarker' | 'NextUploadIdMarker'> = {};
      for (let more = true; more;) {
        const page: ListMultipartUploadsCommandOutput = await client.send(
          new ListMultipartUploadsCommand({
            Bucket: this.name,
            Prefix: prefix,
            KeyMarker: from.NextKeyMarker,
            UploadIdMarker: from.NextUploadIdMarker,
          }),
        );
        for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
          if (Key === undefined || (Initiated?.getTime() ?? 0) >= begunBefore) continue;
          await client.send(new AbortMultipartUploadCommand({ Bucket: this.name, Key, UploadId })).catch(unlessMissing);
        }
        from = page;
        more = page.IsTruncated === true;
      }
    });
  }

  async close(): Promise<void> {
    const client = await this.#client;
    client?.destroy();
  }

  async #do<Result>(
    operation: string,
    work: (client: S3Client, sdk: Awaited<ReturnType<typeof loadClient>>) => Promise<Result>,
  ): Promise<Result> {
    try {
      this.#client ??= this.#connect();
      return await work(await this.#client, await loadClient());
    } catch (error) {
      throw bucketTrouble(this.name, operation, error);
    }
  }
}

function unlessMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
