import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** A pipeline that mounts a folder of the host, and the settings that may grant it. */
function open(env: Readonly<Record<string, string>> = {}) {
  const opened = (current = scene({}, env));
  const host = path.join(opened.folder, '../host');
  mkdirSync(host);
  writeFileSync(path.join(host, 'file'), 'from the host');
  opened.write({
    'cicd.yaml': `
name: release
source: none
steps:
  - { name: first, type: step.log, config: { message: begun } }
  - name: mount
    type: step.shell_exec
    config:
      image: busybox
      commands: [cat /mnt/host/file]
      privileges: { mounts: [{ source: '${opened.folder}/../host', target: /mnt/host }] }
`,
  });
  const settings = path.join(opened.dataFolder, 'settings.yaml');
  const grant = (text: string) => {
    mkdirSync(opened.dataFolder, { recursive: true });
    writeFileSync(settings, text);
  };
  return { opened, host: path.resolve(host), settings, grant };
}

describeWith(['engine', 'busybox'], 'privileges that a pipeline asks for', ({ engine }) => {
  it(
    'are shown in the plan, refuse the run before it begins, and are had when the operator adds what the refusal says',
    async () => {
      const { opened, host, grant } = open({ DOCKER_HOST: engine.dockerHost });
      const planned = await opened.cicd('plan');
      expect(planned).toMatchObject({ code: 0 });
      expect(planned.stdout).toContain('privileges: mount: mount ');
      expect(planned.stdout).toContain('(refused)');
      const { privileges } = JSON.parse((await opened.cicd('plan', '--json')).stdout) as { privileges: unknown };
      expect(privileges).toMatchObject([{ step: 'mount', verdict: 'refused', problem: { code: 'grant.refused' } }]);

      const refused = await opened.cicd('run');
      expect(refused.code).toBe(2);
      expect(refused.stdout + refused.stderr).not.toContain('begun');
      expect(refused.stderr).toContain(`{ path: ${host}, access: read }`);

      grant(planned.stdout.slice(planned.stdout.indexOf('  grants:'), planned.stdout.indexOf('digest:')));
      expect((await opened.cicd('plan')).stdout).toContain('(granted)');
      const granted = await opened.cicd('run');
      expect(granted).toMatchObject({ code: 0 });
      expect(granted.stdout).toContain('from the host');
      expect(granted.stdout).toContain(`mount is granted mount ${host} at /mnt/host (read)`);
    },
    limit,
  );

  it(
    'that are taken back while the run goes on are not had by what begins afterwards',
    async () => {
      const { opened, host, grant, settings } = open({ DOCKER_HOST: engine.dockerHost });
      grant(`grants: [{ project: '*', pipeline: release, mounts: [{ path: ${host} }] }]\n`);
      const file = path.join(opened.folder, 'cicd.yaml');
      const waiting = '  - { name: gate, type: step.gate, config: { type: manual, message: go on } }\n  - name: mount';
      writeFileSync(file, readFileSync(file, 'utf8').replace('  - name: mount', waiting));
      const left = await opened.cicd('run');
      expect(left.code).toBe(3);
      rmSync(settings);
      const id = /^release\s+(\w+)/m.exec(left.stdout)?.[1] ?? '';
      await opened.cicd('approve', id, 'gate');
      const resumed = await opened.cicd('resume', id);
      expect(resumed.stdout + resumed.stderr).toContain('has not granted');
      expect(resumed.code).not.toBe(0);
      expect(existsSync(settings)).toBe(false);
    },
    limit,
  );
});
