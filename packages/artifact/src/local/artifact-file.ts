import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { EngineError, type Artifact } from '@cicd/plugin';
import { corruptArtifact } from '../content/corrupt-artifact.ts';

/**
 * An artifact is one file, so that one rename publishes content, checksum and metadata together:
 *
 *     content | record (JSON) | SHA-256 of the record (32 bytes) | length of the record (4 bytes) | magic (8 bytes)
 *
 * The content stands first: it is written before its size is known, and the first `size` bytes are the artifact.
 */
export interface ArtifactRecord {
  readonly executionId: string;
  readonly artifact: Artifact;
}

const magic = Buffer.from('cicdart1');
const checksumBytes = 32;
const tailBytes = checksumBytes + 4 + magic.length;
/** A key of 512 bytes and every other field fit many times. */
const longestRecord = 64 * 1024;

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();

/** What follows the content. */
export function encodeRecord(record: ArtifactRecord): Buffer {
  const json = Buffer.from(JSON.stringify(record));
  if (json.length > longestRecord) {
    throw new EngineError({
      code: 'artifact.store_failed',
      message: `the metadata of an artifact has ${json.length} bytes, ${longestRecord} are allowed`,
    });
  }
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([json, sha256(json), length, magic]);
}

/** Reads the record from the end of the file and proves that file and record belong together. Errors: `artifact.corrupt`. */
export async function readRecord(file: FileHandle, path: string): Promise<ArtifactRecord> {
  const { size: fileSize } = await file.stat();
  const tail = await readAt(file, fileSize - tailBytes, tailBytes);
  const recordLength = tail?.readUInt32BE(checksumBytes) ?? 0;
  const contentSize = fileSize - tailBytes - recordLength;
  if (!tail?.subarray(-magic.length).equals(magic) || recordLength > longestRecord) throw corrupt(path);
  const json = await readAt(file, contentSize, recordLength);
  if (!json || !sha256(json).equals(tail.subarray(0, checksumBytes))) throw corrupt(path);
  const record = JSON.parse(json.toString()) as ArtifactRecord;
  if (record.artifact.size !== contentSize) throw corrupt(path);
  return record;
}

export const corrupt = (path: string, record?: ArtifactRecord): EngineError =>
  corruptArtifact(record ? `the artifact "${record.artifact.key}" of run ${record.executionId}` : 'an artifact', path);

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer | undefined> {
  if (position < 0) return undefined;
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) return undefined;
    filled += bytesRead;
  }
  return buffer;
}
