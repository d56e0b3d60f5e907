import { open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { readRecord, type ArtifactRecord } from './artifact-file.ts';
import { isErrno } from './errno.ts';

/** The open file stays readable when it is replaced or deleted meanwhile. Undefined when there is none. */
export async function openArtifact(
  path: string,
): Promise<{ readonly file: FileHandle; readonly record: ArtifactRecord } | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    return { file, record: await readRecord(file, path) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The records of one execution's folder, in no order; none when the folder is not there. Errors: `artifact.corrupt`. */
export async function* recordsIn(
  folder: string,
): AsyncGenerator<{ readonly path: string; readonly record: ArtifactRecord }> {
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    const found = await openArtifact(path);
    if (!found) continue;
    await found.file.close();
    yield { path, record: found.record };
  }
}

export async function subfolders(folder: string): Promise<readonly string[]> {
  return (await namesIn(folder)).map((name) => join(folder, name));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}
