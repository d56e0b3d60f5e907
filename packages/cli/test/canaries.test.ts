import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it, jest } from '@jest/globals';
import { secretEncodings } from '@cicd/engine/testing';
import { describeWith } from '@cicd/testbed';
import { scene, type Scene } from './command-line.ts';
import { engineGet, engineObjects } from './engine-objects.ts';

jest.setTimeout(180_000);

const count = 50;
const names = Array.from({ length: count }, (_, index) => `CANARY_${index}`);

/** Values with all that encodings change; every fifth has several lines. */
function canary(index: number): string {
  const word = () => randomBytes(9).toString('base64');
  const value = `${word()}'"/\\ $&%+<ü>${word()}`;
  return index % 5 === 0 ? [value, word(), `  ${word()}`].join('\n') : value;
}

/** Prints its secrets in every encoding, is under way for a while, and leaves them wherever a step can leave something. */
const pipeline = `
name: canaries
steps:
  - name: leak
    type: step.shell_exec
    outputs: { first: string, all: string }
    config:
      image: busybox
      env: { ${names.map((name) => `${name}: '{{ secrets.${name} }}'`).join(', ')} }
      secret_files: { FILE: '{{ secrets.CANARY_0 }}' }
      commands:
        - cat encodings
        - cat encodings >&2
        - echo half way, and no secret
        - i=0; while [ $i -lt 30 ]; do i=$((i+1)); cat encodings; cat encodings >&2; usleep 50000; done
        - env; cat "$FILE"; set -x; echo "$CANARY_1" "$CANARY_2"; set +x
        - echo "first=$CANARY_1" >> "$CICD_OUTPUT"
        - printf 'all<<END\\n%s\\nEND\\n' "$(head -c 20000 encodings)" >> "$CICD_OUTPUT"
  - { name: say, type: step.log, config: { message: 'it said {{ steps.leak.first }}' } }
  - { name: keep, type: step.set, config: { values: { kept: '{{ steps.leak.all }}' } } }
  - name: fail
    type: step.shell_exec
    config:
      image: busybox
      env: { CANARY_3: '{{ secrets.CANARY_3 }}' }
      commands: ['cat "/nowhere/$CANARY_3"']
`;

/** Every file below a folder: its path, and its bytes. */
function* filesOf(folder: string): Generator<readonly [string, Buffer]> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    yield [file, readFileSync(file)];
  }
}

/** What every process of this machine was called with. */
const commandLines = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch (error) {
        // It ended while we looked.
        if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
        throw error;
      }
    })
    .join('\n');

describeWith(['engine', 'busybox'], 'secrets of a run that is killed and resumed', ({ engine }) => {
  let current: Scene | undefined;
  afterEach(() => {
    current?.remove();
    current = undefined;
  });

  it('are found nowhere, in no encoding', async () => {
    const values = names.map((_, index) => canary(index));
    const encodings = values.flatMap((value) => secretEncodings(value));
    expect(encodings.length).toBeGreaterThan(count * 13);
    const telltales = encodings.flatMap(({ name, telltales: all }) =>
      all.map((telltale) => ({ name, telltale, bytes: Buffer.from(telltale) })),
    );
    const opened = (current = scene(
      { 'cicd.yaml': pipeline, encodings: encodings.map(({ text }) => `<${text}>\n`).join('') },
      { DOCKER_HOST: engine.dockerHost },
    ));
    const secrets = path.join(path.dirname(opened.folder), 'secrets');
    mkdirSync(secrets);
    names.forEach((name, index) => writeFileSync(path.join(secrets, name), values[index] ?? ''));
    const given = names.flatMap((name) => ['--secret', `${name}=@${path.join(secrets, name)}`]);

    const found: string[] = [];
    const look = (where: string, content: Buffer | string) => {
      const bytes = Buffer.from(content);
      for (const { name, telltale, bytes: wanted } of telltales)
        if (bytes.includes(wanted)) found.push(`${where}: ${name}: ${telltale}`);
    };
    const lookAtData = (when: string) => {
      for (const [file, bytes] of filesOf(opened.dataFolder)) look(`${when}: ${file}`, bytes);
    };
    const instance = () =>
      (JSON.parse(readFileSync(path.join(opened.dataFolder, 'instance.json'), 'utf8')) as { id: string }).id;
    const lookAtEngine = async (when: string) => {
      const { containers } = await engineObjects(engine.socketPath, instance());
      for (const { Id } of containers)
        look(`${when}: container`, JSON.stringify(await engineGet(engine.socketPath, `/containers/${Id}/json`)));
      return containers.length;
    };

    const first = opened.start(['run', ...given]);
    await first.shows('half way, and no secret');
    expect(await lookAtEngine('live')).toBeGreaterThan(0);
    look('live: processes', commandLines());
    lookAtData('live');
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    lookAtData('killed');
    const ended = await first.end;
    look('killed: output', ended.stdout + ended.stderr);

    const resumed = opened.start(['resume']);
    const end = await resumed.end;
    expect(end).toMatchObject({ code: 1, stdout: expect.stringMatching(/say \| it said \*\*\*[^]*failed in/) });
    look('resumed: output', end.stdout + end.stderr);
    await lookAtEngine('resumed');
    lookAtData('resumed');
    for (const args of [
      ['logs', 'latest'],
      ['runs', '--json'],
      ['artifacts', 'latest'],
      ['approvals', '--json'],
    ]) {
      const { stdout, stderr } = await opened.cicd(...args);
      look(args.join(' '), stdout + stderr);
    }
    lookAtData('looked at');
    expect([...new Set(found)]).toEqual([]);

    // What was looked through is what the step has said.
    const log = (await opened.cicd('logs', 'latest', '--step', 'leak')).stdout;
    expect(log).toContain('half way, and no secret');
    expect(log.split('<***>').length).toBeGreaterThan(encodings.length * 30);
    const kept = [...filesOf(opened.dataFolder)].filter(([, bytes]) => bytes.includes('half way, and no secret'));
    expect(kept.length).toBeGreaterThan(0);
    expect(
      [...filesOf(secrets)].filter(([, bytes]) => telltales.some((each) => bytes.includes(each.bytes))),
    ).toHaveLength(count);
  });
});
