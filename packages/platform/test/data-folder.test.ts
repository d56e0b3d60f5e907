import { cpSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dataFolderPath, openDataFolder } from '../src/local/data-folder/data-folder.ts';
import { openInstance } from '../src/local/data-folder/instance.ts';

describe('the path of the data folder', () => {
  it.each([
    { flag: '/a', env: { CICD_DATA_DIR: '/b' }, expected: '/a' },
    { flag: undefined, env: { CICD_DATA_DIR: '/b', XDG_DATA_HOME: '/c' }, expected: '/b' },
    { flag: undefined, env: { XDG_DATA_HOME: '/c', HOME: '/d' }, expected: '/c/cicd' },
    { flag: undefined, env: { HOME: '/d' }, expected: '/d/.local/share/cicd' },
  ])('is $expected', ({ flag, env, expected }) => {
    expect(dataFolderPath({ flag, env })).toBe(expected);
  });
});

describe('an instance', () => {
  let root: string;
  beforeEach(() => {
    root = openDataFolder(path.join(mkdtempSync(path.join(os.tmpdir(), 'cicd-instance-')), 'data')).root;
  });
  afterEach(() => rmSync(path.dirname(root), { recursive: true }));

  it('keeps its id, and its folder to its owner', () => {
    const first = openInstance(root);
    expect(first.id).toMatch(/^[0-9a-f]{12}$/);
    expect(openInstance(root)).toEqual({ ...first, atHome: true });
    expect(statSync(root).mode & 0o777).toBe(0o700);
  });

  it('is not at home in a copy of its folder', () => {
    const { id } = openInstance(root);
    const copy = path.join(path.dirname(root), 'copy');
    cpSync(root, copy, { recursive: true });
    expect(openInstance(copy)).toMatchObject({ id, atHome: false });
  });

  it('refuses an identity it cannot read', () => {
    writeFileSync(path.join(root, 'instance.json'), '{}');
    expect(() => openInstance(root)).toThrow(expect.objectContaining({ code: 'command.instance_unreadable' }));
  });
});
