import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { describeWith } from '@cicd/testbed';
import { scene, type Scene } from './command-line.ts';

const limit = 60_000;

let current: Scene | undefined;
afterEach(() => {
  current?.remove();
  current = undefined;
});

describeWith(['git'], 'a source from a repository', ({ git }) => {
  /** A repository behind a password, and how to give it another commit. */
  function serve() {
    const name = `${randomBytes(8).toString('hex')}.git`;
    const run = (...words: string[]) =>
      execFileSync(
        'git',
        [
          '--git-dir',
          path.join(git.folder, 'private', name),
          '-c',
          'user.name=Ann',
          '-c',
          'user.email=ann@e.com',
          ...words,
        ],
        { encoding: 'utf8' },
      ).trim();
    run('init', '--quiet', '--bare', '--initial-branch=trunk');
    const commit = (content: string) => {
      const file = path.join(current?.folder ?? '', 'content');
      writeFileSync(file, content);
      const blob = run('hash-object', '-w', file);
      run('update-index', '--add', '--cacheinfo', `100644,${blob},greeting.txt`);
      const id = run('commit-tree', '-m', content, run('write-tree'));
      run('update-ref', 'refs/heads/trunk', id);
      return id;
    };
    return { address: `${git.http}/private/${name}`, commit };
  }

  it(
    'fills the workspace, and a run that is run again keeps its commit',
    async () => {
      const opened = (current = scene({}, { GIT_TOKEN: git.password }));
      mkdirSync(opened.dataFolder, { recursive: true });
      writeFileSync(path.join(opened.dataFolder, 'settings.yaml'), 'network: { allowed: [127.0.0.1] }\n');
      const { address, commit } = serve();
      const first = commit('first');
      opened.write({
        'cicd.yaml': `
source:
  git: ${address}
  credentials: { username: ${git.username}, password: '{{ secrets.GIT_TOKEN }}' }
steps:
  - name: look
    type: step.shell_exec
    config:
      image: busybox
      commands: ['echo $CICD_COMMIT $CICD_BRANCH $(cat greeting.txt)', 'test -f never']
`,
      });
      const failed = await opened.cicd('run', '--sandbox', 'process', '--secret', 'GIT_TOKEN');
      expect(failed).toMatchObject({ code: 1 });
      expect(failed.stdout).toContain(`${first} trunk first`);
      expect(failed.stdout + failed.stderr).not.toContain(git.password);
      const second = commit('second');
      const id = /^cicd\s+(\w+)/m.exec(failed.stdout)?.[1] ?? '';
      expect((await opened.cicd('rerun', id, '--clean')).stdout).toContain(`${first} trunk first`);
      expect((await opened.cicd('rerun', id, '--update')).stdout).toContain(`${second} trunk second`);
    },
    limit,
  );

  it(
    'that cannot be had fails the run before its first step, and says why',
    async () => {
      const opened = (current = scene({
        'cicd.yaml': `source: { git: '${git.http}/open/none.git' }\nsteps:\n  - { name: look, type: step.log, config: { message: x } }\n`,
      }));
      const { code, stdout } = await opened.cicd('run', '--sandbox', 'process');
      expect(code).toBe(1);
      expect(stdout).toContain('network.allowed');
    },
    limit,
  );
});
