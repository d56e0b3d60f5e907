import { pack, type Header } from 'tar-stream';
import { Readable } from 'node:stream';
import type { FakeProgram } from '@cicd/plugin/testing';
import { sandboxOf } from './local-shell.ts';

export const noProgram: FakeProgram = () => 0;

/** A tar archive of these entries. */
export function archiveOf(
  entries: readonly (Partial<Header> & { readonly name: string; readonly content?: string })[],
): Readable {
  const archive = pack();
  for (const { content = '', ...header } of entries) archive.entry({ ...header }, content);
  archive.finalize();
  return Readable.from(archive as AsyncIterable<Uint8Array>, { objectMode: false });
}

/** A sandbox whose workspace holds these files; a name that ends with `*` is a program. */
export async function sandboxWith(files: Readonly<Record<string, string>>) {
  const sandbox = await sandboxOf(noProgram);
  const entries = Object.entries(files).map(([name, content]) =>
    name.endsWith('*') ? { name: name.slice(0, -1), content, mode: 0o755 } : { name, content, mode: 0o644 },
  );
  await sandbox.workspace.copyIn(archiveOf(entries), '/workspace');
  return sandbox;
}
