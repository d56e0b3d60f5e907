import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { Parser } from 'tar';
import { keptKnowledge } from '../src/scanners/kept-knowledge.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'cicd-knowledge-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(file: string, content: string): void {
  const whole = path.join(folder, file);
  mkdirSync(path.dirname(whole), { recursive: true });
  writeFileSync(whole, content);
  utimesSync(whole, new Date('2026-01-02T03:04:05Z'), new Date('2026-01-02T03:04:05Z'));
}

async function filesIn(archive: Readable): Promise<string[]> {
  const found: string[] = [];
  const parser = new Parser({
    onReadEntry(entry) {
      found.push(path.posix.normalize(entry.path));
      entry.resume();
    },
  });
  for await (const part of archive) parser.write(part as Buffer);
  parser.end();
  return found;
}

it.each([
  ['p/house', { 'packs/house.yml': 'rules: []' }, ['house.yml']],
  ['p/house', { 'packs/house/a.yml': 'rules: []', 'packs/house/b/c.yml': 'rules: []' }, ['a.yml', 'b/c.yml']],
  ['trivy', { 'trivy/db/trivy.db': 'db', 'trivy/db/metadata.json': '{}' }, ['db/metadata.json', 'db/trivy.db']],
  ['grype', { 'grype/6/vulnerability.db': 'db' }, ['6/vulnerability.db']],
])('keeps %s as %j', async (name, files, expected) => {
  for (const [file, content] of Object.entries(files)) put(file, content);
  const copy = await keptKnowledge(folder).get(name);
  expect(copy).toMatchObject({
    name,
    updatedAt: '2026-01-02T03:04:05.000Z',
    version: expect.stringMatching(/^sha256:/),
  });
  expect(copy && (await filesIn(await copy.archive()))).toEqual(expected);
});

it('has another version with other content', async () => {
  const versionOf = async () => (await keptKnowledge(folder).get('trivy'))?.version;
  put('trivy/db/trivy.db', 'one');
  const first = await versionOf();
  expect(await versionOf()).toBe(first);
  put('trivy/db/trivy.db', 'two');
  expect(await versionOf()).not.toBe(first);
});

it('has nothing where there is nothing', async () => {
  mkdirSync(path.join(folder, 'trivy'));
  const { get } = keptKnowledge(folder);
  for (const name of ['trivy', 'grype', 'p/house']) expect(await get(name)).toBeUndefined();
  expect(await keptKnowledge(path.join(folder, 'none')).get('trivy')).toBeUndefined();
});

it('reads nothing beside its folder', async () => {
  put('secret.yml', 'no rules');
  mkdirSync(path.join(folder, 'packs/linked'), { recursive: true });
  symlinkSync(path.join(folder, 'secret.yml'), path.join(folder, 'packs/linked/secret.yml'));
  const { get } = keptKnowledge(folder);
  for (const name of ['p/../secret', '../secret', 'packs', 'p/linked', 'p/']) expect(await get(name)).toBeUndefined();
});
