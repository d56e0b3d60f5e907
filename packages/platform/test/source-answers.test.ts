import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { listProjectFiles } from '../src/source/project-files.ts';
import { findProject } from '../src/source/project.ts';
import { answerQuestions } from '../src/source/source-answers.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'cicd-answers-'));
  write('api/src/main.js', 'api');
  write('api/package-lock.json', '{}');
  write('web/main.js', 'web');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', ['-C', folder, ...identity, ...args], { encoding: 'utf8' }).trim();
}

const commit = (message: string) => {
  git('add', '--all');
  git('commit', '--quiet', '--message', message);
};

async function ask(...questions: string[]) {
  const project = findProject(path.join(folder, 'cicd.yaml'));
  return answerQuestions(questions, { project, files: await listProjectFiles(project, []) });
}

const changed = async (...patterns: string[]) => {
  const question = `changed(${JSON.stringify(patterns)})`;
  return (await ask(question)).answers?.[question];
};

const hash = async (...patterns: string[]) => {
  const question = `hash_files(${JSON.stringify(patterns)})`;
  return (await ask(question)).answers?.[question];
};

it('costs nothing when nothing is asked', async () => {
  expect(await ask()).toEqual({});
});

describe('changed', () => {
  it('compares with where the branch left the main one', async () => {
    git('init', '--quiet');
    commit('first');
    const base = git('rev-parse', 'HEAD');
    git('switch', '--quiet', '--create', 'feature');
    write('api/src/main.js', 'changed');
    commit('second');
    write('api/src/other.js', 'more');
    commit('third');
    git('switch', '--quiet', 'main');
    write('web/main.js', 'somebody else');
    commit('beside');
    git('switch', '--quiet', 'feature');
    expect(await changed('api/**')).toBe(true);
    expect(await changed('web/**')).toBe(false);
    expect(await changed('docs/**', 'api/src/*.js')).toBe(true);
    expect(await ask('changed(["x"])')).toMatchObject({ changed_since: base });
  });

  it('compares with the commit before, on the main branch', async () => {
    git('init', '--quiet');
    commit('first');
    write('web/main.js', 'changed');
    commit('second');
    expect(await changed('web/**')).toBe(true);
    expect(await changed('api/**')).toBe(false);
  });

  it('sees what is not committed: changed, new, deleted, moved; and nothing that is ignored', async () => {
    git('init', '--quiet');
    write('.gitignore', 'ignored\n');
    commit('first');
    write('api/more.txt', 'x');
    commit('second');
    write('ignored/file', 'x');
    expect(await changed('ignored/**')).toBe(false);
    expect(await changed('web/**')).toBe(false);
    write('web/.hidden', 'new');
    expect(await changed('web/**')).toBe(true);
    rmSync(path.join(folder, 'web/.hidden'));
    git('mv', 'web/main.js', 'moved.js');
    expect(await changed('web/**')).toBe(true);
    expect(await changed('moved.js')).toBe(true);
  });

  it('is true where nobody knows: without Git, before the first commit, at the end of a shallow clone', async () => {
    expect(await changed('nothing/**')).toBe(true);
    git('init', '--quiet');
    expect(await changed('nothing/**')).toBe(true);
    commit('the only one');
    expect(await changed('nothing/**')).toBe(true);
  });

  it('reads a name as text, whatever it looks like', async () => {
    git('init', '--quiet');
    commit('first');
    write('-rf', 'x');
    write('a\n"b".txt', 'x');
    commit('second');
    expect(await changed('-rf')).toBe(true);
    expect(await changed('a*b*.txt')).toBe(true);
    expect(await changed('!-rf')).toBe(false);
  });
});

describe('hash_files', () => {
  it('changes with a content, a name, and a file more or less; and with nothing else', async () => {
    const before = await hash('**/package-lock.json');
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    write('web/main.js', 'another content');
    expect(await hash('**/package-lock.json')).toBe(before);
    write('web/package-lock.json', '{}');
    const more = await hash('**/package-lock.json');
    expect(more).not.toBe(before);
    write('web/package-lock.json', '{"a":1}');
    expect(await hash('**/package-lock.json')).not.toBe(more);
    rmSync(path.join(folder, 'web/package-lock.json'));
    expect(await hash('**/package-lock.json')).toBe(before);
  });

  it('has no answer when no file fits', async () => {
    expect(await hash('**/yarn.lock')).toBeUndefined();
  });

  it('takes a link for what it says, and does not follow it', async () => {
    symlinkSync('/etc/passwd', path.join(folder, 'link'));
    const before = await hash('link');
    rmSync(path.join(folder, 'link'));
    symlinkSync('/etc/group', path.join(folder, 'link'));
    expect(await hash('link')).not.toBe(before);
  });
});
