import { gitSourceOf, type GitSourceSettings, type Plan, type PrepareSource } from '@cicd/engine';
import type { GitCredentials, GitSource, JsonObject } from '@cicd/plugin';

export interface CloneSourceOptions {
  readonly git: GitSource;
  /** Name → value. */
  readonly secrets: Readonly<Record<string, string>>;
  /** `run.source` of an attempt before, whose commit is taken again. Default: the commit of today. */
  readonly before?: JsonObject | undefined;
}

/** Fills the workspace with the repository that the plan names; undefined when it names none. */
export function cloneSource(plan: Plan, { git, secrets, before }: CloneSourceOptions): PrepareSource | undefined {
  const source = gitSourceOf(plan);
  if (!source) return undefined;
  const { git: repository, ref, depth = 1, submodules = false, path = '/workspace' } = source;
  const known = before?.['git'] === repository && typeof before['commit'] === 'string' ? before : undefined;
  return async (workspace, log, signal) => {
    const { sha, branch, tag, author, message } = await git.clone(
      {
        repository,
        ref: (known?.['commit'] as string | undefined) ?? ref,
        depth,
        submodules,
        credentials: credentialsOf(source, secrets),
      },
      (archive) => workspace.copyIn(archive, path, { signal }),
      { signal },
    );
    await log.info(`${repository} ${sha} by ${author}: ${message.split('\n', 1)[0] ?? ''}`);
    // A commit that is fetched by its id has lost the name that it was found by.
    const names = known ? { branch: known['branch'], tag: known['tag'] } : { branch, tag };
    return {
      git: repository,
      commit: sha,
      dirty: false,
      ...(names.branch !== undefined && { branch: names.branch }),
      ...(names.tag !== undefined && { tag: names.tag }),
    };
  };
}

/** The schema lets a secret be only the whole of a value. */
function credentialsOf(
  { credentials }: GitSourceSettings,
  secrets: Readonly<Record<string, string>>,
): GitCredentials | undefined {
  if (!credentials) return undefined;
  const valueOf = (text: string | undefined) => secrets[/secrets\.(\w+)/.exec(text ?? '')?.[1] ?? ''];
  const [password, sshKey, knownHosts] = [credentials.password, credentials.ssh_key, credentials.known_hosts].map(
    valueOf,
  );
  return {
    ...(credentials.username !== undefined && { username: credentials.username }),
    ...(password !== undefined && { password }),
    ...(sshKey !== undefined && { sshKey }),
    ...(knownHosts !== undefined && { knownHosts }),
  };
}
