import type { FakeProgram, FakeProgramContext } from '../fake-program.ts';

/** What the kit runs: a script for a real shell, and the same for a fake. Arguments arrive as `$1`, `$2`. */
interface KitProgram {
  readonly script: string;
  readonly fake: (context: FakeProgramContext, ...words: string[]) => number | Promise<number>;
}

const untilStopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true }),
  );

const below = ({ config }: FakeProgramContext, file: string): string =>
  [config.workDir?.slice('/workspace/'.length) ?? '', file].filter((part) => part !== '').join('/');

const programs = {
  speak: {
    script: `printf 'one\\ntwo\\n'; printf 'three\\n' >&2; exit 3`,
    fake({ stdout, stderr }) {
      stdout('one\ntwo\n');
      stderr('three\n');
      return 3;
    },
  },
  nothing: { script: 'exit 0', fake: () => 0 },
  echo: {
    script: 'cat',
    fake({ stdout, input }) {
      stdout(input);
      return 0;
    },
  },
  environment: {
    script: `printf '%s|%s|%s' "$GREETING" "\${CICD_WORKSPACE:+set}" "\${CICD_RUNTIME_DIR:+set}"; printf secret > "$CICD_RUNTIME_DIR/file" && printf '|%s' "$(cat "$CICD_RUNTIME_DIR/file")"`,
    fake({ stdout, env }) {
      stdout(`${env.GREETING}|${env.CICD_WORKSPACE && 'set'}|${env.CICD_RUNTIME_DIR && 'set'}|secret`);
      return 0;
    },
  },
  polite: {
    script: `trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 60 & wait $!; done`,
    async fake({ stdout, signal }) {
      stdout('ready\n');
      await untilStopped(signal);
      stdout('bye\n');
      return 5;
    },
  },
  stubborn: {
    script: `trap '' TERM; echo ready; while :; do sleep 60; done`,
    fake({ stdout }) {
      stdout('ready\n');
      return new Promise(() => undefined);
    },
  },
  /** Keeps something in its private folder, and stays. */
  hold: {
    script: `printf 'a secret' > "$CICD_RUNTIME_DIR/file"; echo ready; while :; do sleep 60; done`,
    fake({ stdout }) {
      stdout('ready\n');
      return new Promise(() => undefined);
    },
  },
  /** Speaks, waits for the file `$1` in the workspace, speaks again. */
  waitForFile: {
    script: `echo before; until [ -e "$1" ]; do sleep 0.05; done; echo after`,
    async fake(context, file = '') {
      context.stdout('before\n');
      while (context.workspace?.get(below(context, file)) === undefined)
        await new Promise((resolve) => setImmediate(resolve));
      context.stdout('after\n');
      return 0;
    },
  },
  bytes: {
    script: `head -c "$1" /dev/zero | tr '\\0' x`,
    fake({ stdout }, count) {
      for (let left = Number(count); left > 0; left -= 65_536) stdout('x'.repeat(Math.min(left, 65_536)));
      return 0;
    },
  },
  write: {
    script: `umask 002; printf '%s' "$2" > "$1"`,
    fake(context, file = '', text = '') {
      context.workspace?.write(below(context, file), text);
      return 0;
    },
  },
  inputs: {
    script: `cat "/inputs/$1"`,
    fake(context, file = '') {
      context.stdout(context.inputs?.text(file) ?? '');
      return 0;
    },
  },
  read: {
    script: `cat "$1"`,
    fake(context, file = '') {
      const text = context.workspace?.text(below(context, file));
      if (text === undefined) return 1;
      context.stdout(text);
      return 0;
    },
  },
  /** One line of each path below the current directory: kind, whether its owner may execute it, path. */
  list: {
    script: `find . -mindepth 1 | sort | while read -r p; do if [ -L "$p" ]; then echo "link $p -> $(readlink "$p")"; elif [ -d "$p" ]; then echo "folder $p"; elif [ -x "$p" ]; then echo "program $p"; else echo "file $p"; fi; done`,
    fake(context) {
      const tree = context.workspace;
      for (const path of tree?.paths() ?? []) {
        const node = tree?.get(path);
        const kind =
          node?.type === 'symlink'
            ? 'link'
            : node?.type === 'directory'
              ? 'folder'
              : (node?.mode ?? 0) & 0o100
                ? 'program'
                : 'file';
        context.stdout(`${kind} ./${path}${node?.type === 'symlink' ? ` -> ${node.target}` : ''}\n`);
      }
      return 0;
    },
  },
  /** Serves its greeting to who asks on port 8080, and says so; with `$1` it ends when it has been asked. */
  serve: {
    script: `echo serving "$GREETING"; while :; do echo "$GREETING" | nc -l -p 8080; [ -z "$1" ] || { echo enough; exit 4; }; done`,
    async fake({ stdout, env, listens, signal }, once = '') {
      stdout(`serving ${env['GREETING']}\n`);
      listens.add(8080);
      if (once !== '') {
        // Some turns of the loop later: it was ready before.
        for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        stdout('enough\n');
        return 4;
      }
      await untilStopped(signal);
      return 143;
    },
  },
  /** Asks the service `$1`, and stays when told so by `$2`. */
  ask: {
    script: `nc "$1" 8080 </dev/null; [ -z "$2" ] || { trap 'exit 6' TERM; while :; do sleep 60 & wait $!; done; }`,
    async fake({ stdout, services, signal }, name = '', stays = '') {
      if (services.includes(name)) stdout('hello\n');
      if (stays !== '') await untilStopped(signal);
      return 0;
    },
  },
  /** Ends with 0 beside a `serve` that listens. */
  isServing: {
    script: `grep -q ':1F90 .* 0A ' /proc/net/tcp /proc/net/tcp6`,
    fake: ({ listens }) => (listens.has(8080) ? 0 : 1),
  },
  /** Eats memory until it is killed. */
  memory: { script: 'tail /dev/zero', fake: () => 0 },
  /** The names of the network interfaces other than the loopback. */
  network: { script: `tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ' | grep -v '^lo$'; exit 0`, fake: () => 0 },
  status: {
    script: `id -u; grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status; touch /probe 2>/dev/null && echo writable || echo readonly`,
    fake: () => 0,
  },
} as const satisfies Record<string, KitProgram>;

export type KitProgramName = keyof typeof programs;

/** The command of a kit program. */
export const kitCommand = (name: KitProgramName, ...words: string[]): [string, ...string[]] => [
  'sh',
  '-c',
  programs[name].script,
  'sh',
  ...words,
];

/** What a fake driver plays under `describeSandbox`. */
export const kitProgram: FakeProgram = (context) => {
  const program: KitProgram | undefined = Object.values(programs).find(({ script }) => script === context.command[2]);
  if (program === undefined) throw new Error(`not a program of the kit: ${context.command.join(' ')}`);
  return program.fake(context, ...context.command.slice(4));
};
