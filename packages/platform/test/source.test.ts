import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Workspace } from '@cicd/plugin';
import * as tar from 'tar';
import { fillWorkspace } from '../src/source/fill-workspace.ts';
import { parseGitStatus } from '../src/source/git.ts';
import { listProjectFiles } from '../src/source/project-files.ts';
import { findProject } from '../src/source/project.ts';

let scratch: string;
let folder: string;
beforeEach(() => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'cicd-source-'));
  folder = path.join(scratch, 'shop');
  write('src/main.js', 'main');
  write('.gitignore', 'ignored\n');
  write('ignored/big.bin', 'big');
  write('notes/todo.txt', 'todo');
});
afterEach(() => rmSync(scratch, { recursive: true }));

function write(name: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', '-c', 'init.defaultBranch=trunk'];
  return execFileSync('git', ['-C', folder, ...identity, ...args], { encoding: 'utf8' }).trim();
}

/** A workspace that is a plain folder of the test. */
function folderWorkspace(root: string): Workspace {
  mkdirSync(root, { recursive: true });
  return {
    id: root,
    copyIn: (archive) => pipeline(archive, tar.extract({ cwd: root })),
    copyOut: () => Promise.reject(new Error('nobody reads')),
    measure: () => Promise.resolve(0),
  };
}

async function fill() {
  const root = path.join(scratch, 'workspace');
  const options = { excluded: [path.join(folder, 'data')], temporary: path.join(scratch, 'temporary') };
  const source = await fillWorkspace(findProject(path.join(folder, 'cicd.yaml')), folderWorkspace(root), options);
  return { root, source };
}

describe('the project of a pipeline file', () => {
  it('is the Git root above it', () => {
    git('init');
    expect(findProject(path.join(folder, 'notes/cicd.yaml'))).toEqual({ folder, isGit: true, name: 'shop' });
  });

  it('is its folder without Git, and the folder above .cicd', () => {
    expect(findProject(path.join(folder, 'cicd.yaml'))).toEqual({ folder, isGit: false, name: 'shop' });
    expect(findProject(path.join(folder, '.cicd/release.yaml')).folder).toBe(folder);
  });

  it('is what the user chose', () => {
    git('init');
    expect(findProject(path.join(folder, 'cicd.yaml'), path.join(folder, 'notes')).name).toBe('notes');
  });
});

describe('the files of a project', () => {
  it('are all of a plain folder, less .cicdignore and the data folder', async () => {
    write('.cicdignore', 'notes/\n');
    write('data/cicd.db', 'never');
    const files = await listProjectFiles(findProject(path.join(folder, 'cicd.yaml')), [path.join(folder, 'data')]);
    expect(files).toEqual(['.cicdignore', '.gitignore', 'ignored/big.bin', 'src/main.js']);
  });

  it('are what Git does not ignore, without the deleted', async () => {
    git('init');
    git('add', '.');
    git('commit', '--quiet', '-m', 'first');
    rmSync(path.join(folder, 'notes/todo.txt'));
    write('-odd name\n.txt', 'odd');
    const files = await listProjectFiles(findProject(path.join(folder, 'cicd.yaml')), []);
    expect(files.toSorted()).toEqual(['-odd name\n.txt', '.gitignore', 'src/main.js']);
  });
});

describe('the state of a working tree', () => {
  it.each([
    ['# branch.oid abc\n# branch.head main\n', { commit: 'abc', branch: 'main', dirty: false }],
    ['# branch.oid abc\n# branch.head (detached)\n? new.txt\n', { commit: 'abc', dirty: true }],
    ['# branch.oid (initial)\n# branch.head main\n', { branch: 'main', dirty: false }],
  ])('is read from %j', (status, state) => {
    expect(parseGitStatus(status)).toEqual(state);
  });
});

describe('filling a workspace', () => {
  it('lays the working tree over a clone of its commit', async () => {
    git('init');
    git('add', '.');
    git('commit', '--quiet', '-m', 'first');
    write('src/main.js', 'changed');
    write('@scope.txt', 'not a list of archives');
    symlinkSync('src/main.js', path.join(folder, 'link'));
    const { root, source } = await fill();
    expect(source).toMatchObject({ commit: git('rev-parse', 'HEAD'), branch: 'trunk', dirty: true, files: 5 });
    expect(readFileSync(path.join(root, 'link'), 'utf8')).toBe('changed');
    expect(existsSync(path.join(root, '@scope.txt'))).toBe(true);
    expect(existsSync(path.join(root, 'ignored'))).toBe(false);
    const status = execFileSync('git', ['-C', root, 'status', '--short'], { encoding: 'utf8' });
    expect(status).toBe(' M src/main.js\n?? @scope.txt\n?? link\n');
    expect(readdirSync(path.join(scratch, 'temporary'))).toEqual([]);
  });

  it('works before the first commit, and without Git', async () => {
    git('init');
    expect((await fill()).source).toMatchObject({ branch: 'trunk', files: 3 });
    rmSync(path.join(folder, '.git'), { recursive: true });
    expect((await fill()).source).toEqual({ dirty: false, project: 'shop', files: 4 });
  });

  it('names what Git says of a broken repository', async () => {
    mkdirSync(path.join(folder, '.git'));
    await expect(fill()).rejects.toMatchObject({ code: 'command.git_failed' });
  });
});
