import { Type, type Static } from 'typebox';
import {
  artifactKeyFault,
  ByteSize,
  checkPrivileges,
  CommandText,
  Duration,
  Image,
  PrivilegesField,
  readPrivileges,
  type Problem,
} from '@cicd/plugin';
import { serviceProblems, Services } from './services.ts';
import { CacheConfig } from '../cache/step-cache.ts';
import { closed, Retention, StoredKey, WantedKey, WorkspacePath } from '../schema/fields.ts';
import { Variables } from '../schema/variables.ts';

const ArtifactIn = Type.Object(
  {
    key: WantedKey(),
    path: WorkspacePath({
      description: 'Where it is put: a folder for an archive, a file for a file, or a folder that ends with `/`.',
    }),
  },
  closed,
);

const ArtifactOut = Type.Object(
  {
    key: StoredKey(),
    path: WorkspacePath({ description: 'A file, a folder or a glob.' }),
    retention: Type.Optional(Retention()),
    when: Type.Union([Type.Literal('success'), Type.Literal('failure'), Type.Literal('always')], {
      default: 'success',
      description:
        'After which end it is stored. A timeout is a failure; a cancelled step stores only what is `always` stored.',
    }),
  },
  closed,
);

export const ShellExecConfig = Type.Object(
  {
    image: Image({ description: 'The image whose shell runs the commands. Default: the pipeline’s `defaults.image`.' }),
    commands: Type.Array(CommandText(), {
      minItems: 1,
      description: 'Run one after another in one shell; the first that fails ends the step.',
    }),
    shell: Type.Union([Type.Literal('sh'), Type.Literal('bash')], {
      default: 'sh',
      description: 'The shell of the image.',
    }),
    work_dir: WorkspacePath({
      default: '/workspace',
      description: 'Where the first command begins. Made when missing.',
    }),
    timeout: Type.Optional(Duration({ description: 'How long the commands may take, such as `10m`.' })),
    env: Type.Optional(Variables('Variables of the commands.')),
    secret_files: Type.Optional(
      Variables(
        'Contents of files that exist only in memory. The variable of the same name holds the path of the file.',
      ),
    ),
    artifacts_in: Type.Optional(
      Type.Array(ArtifactIn, { description: 'Artifacts of this run that are put into the workspace first.' }),
    ),
    artifacts_out: Type.Optional(Type.Array(ArtifactOut, { description: 'What is stored as artifacts afterwards.' })),
    reports: Type.Optional(
      Type.Object(
        {
          junit: Type.Array(WorkspacePath({ description: 'A file or a glob.' }), {
            maxItems: 32,
            description: 'JUnit reports (XML) that the commands write.',
          }),
        },
        { ...closed, description: 'What the commands report of tests. It becomes the output `tests`.' },
      ),
    ),
    services: Type.Optional(Services),
    cache: Type.Optional(
      Type.Array(CacheConfig, {
        maxItems: 20,
        description: 'Files that are kept between runs: put into the workspace first, kept when the commands succeed.',
      }),
    ),
    memory_limit: Type.Optional(ByteSize({ description: 'The most memory the container may use, such as `512MiB`.' })),
    cpu_limit: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'CPUs, fractions allowed.' })),
    network_mode: Type.Union([Type.Literal('default'), Type.Literal('none')], {
      default: 'default',
      description: '`default` reaches the outside, as a container of `docker run` does; `none` reaches nothing.',
    }),
    user: Type.Optional(
      Type.String({ minLength: 1, description: '`uid`, `uid:gid` or a name of the image. Default: the image’s own.' }),
    ),
    privileges: PrivilegesField(),
  },
  closed,
);

export type ShellExecConfig = Static<typeof ShellExecConfig>;

/** What the schema cannot say. Strings may still hold templates. */
export function checkShellExec(config: ShellExecConfig): readonly Problem[] {
  return [
    ...variableProblems(config),
    ...keyProblems(config),
    ...serviceProblems(config.services),
    ...privilegeProblems(config),
  ];
}

function* variableProblems({ env = {}, secret_files: secretFiles = {} }: ShellExecConfig): Generator<Problem> {
  for (const [field, record] of Object.entries({ env, secret_files: secretFiles })) {
    for (const name of Object.keys(record)) {
      if (name.startsWith('CICD_'))
        yield problem(
          `${field}.${name}`,
          `the variable ${name} is the platform's`,
          'Choose a name that does not begin with CICD_.',
        );
    }
  }
  for (const name of Object.keys(secretFiles)) {
    if (Object.hasOwn(env, name))
      yield problem(`secret_files.${name}`, `${name} is both in env and in secret_files`, 'Rename one of them.');
  }
}

function privilegeProblems({ privileges, services, network_mode: networkMode }: ShellExecConfig): readonly Problem[] {
  // What a template stands for is checked when it is known, before the container is made.
  const isKnown = !JSON.stringify(privileges ?? {}).includes('{{');
  const problems = (isKnown ? checkPrivileges(readPrivileges(privileges)) : []).map((each) => ({
    ...each,
    path: `privileges.${each.path ?? ''}`,
  }));
  if (!privileges?.host_network) return problems;
  const hint = 'Remove one of them.';
  return [
    ...problems,
    ...(networkMode === 'none'
      ? [problem('network_mode', '`network_mode: none` stands beside `host_network`', hint)]
      : []),
    ...(services ? [problem('services', '`services` have a network of their own, beside `host_network`', hint)] : []),
  ];
}

function* keyProblems({ artifacts_out: out = [] }: ShellExecConfig): Generator<Problem> {
  const seen = new Set<string>();
  for (const [index, { key }] of out.entries()) {
    const path = `artifacts_out[${index}].key`;
    const fault = key.includes('{{') ? undefined : artifactKeyFault(key);
    if (fault)
      yield problem(
        path,
        `the artifact key ${JSON.stringify(key)} ${fault}`,
        'Use names split by "/", such as reports/unit.xml.',
      );
    if (seen.has(key))
      yield problem(
        path,
        `the artifact key ${JSON.stringify(key)} stands here twice`,
        'Give each artifact a key of its own.',
      );
    seen.add(key);
  }
}

const problem = (path: string, message: string, hint: string): Problem => ({
  code: 'step.config_invalid',
  severity: 'error',
  message,
  hint,
  path,
});
