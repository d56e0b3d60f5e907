import { StepFailure, type ErrorCode } from '@cicd/plugin';

interface Reading {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

/** What Git, curl and OpenSSH say in English, from the particular to the general. */
const readings: readonly Reading[] = [
  {
    pattern: /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/,
    code: 'git.host_key_refused',
    message: 'the key of the server is not the one that is known of it',
    hint: 'Ask who runs the server for its key, and write the line under `credentials.known_hosts`.',
  },
  {
    pattern: /returned error: 30[12378]/,
    code: 'git.redirected',
    message: 'the server sends to another address',
    hint: 'Find out where it leads (a browser shows it), and write that address.',
  },
  {
    pattern: /could not read Username|Authentication failed|returned error: 40[13]|Permission denied|Load key/,
    code: 'git.authentication_failed',
    message: 'the server refuses these credentials, or wants some',
    hint: 'Look at `credentials`: their user, their token or key, and what they may read.',
  },
  {
    pattern: /not our ref|unadvertised object|couldn't find remote ref|bad object/,
    code: 'git.ref_not_found',
    message: 'the repository has no such branch, tag or commit',
    hint: 'Look for a spelling mistake; a commit is written with all of its digits.',
  },
  {
    pattern:
      /returned error: 404|repository '.*' not found|does not appear to be a git repository|not a git repository/,
    code: 'git.repository_not_found',
    message: 'there is no such repository, or it is not shown to these credentials',
    hint: 'Look for a spelling mistake; a private repository needs `credentials`.',
  },
  {
    pattern: /fsck error|error: object [0-9a-f]+: |invalid path|error in object/,
    code: 'git.objects_refused',
    message: 'the repository holds what Git refuses as malformed or malicious',
    hint: '`git fsck` names it; it has to be mended where the repository is.',
  },
  {
    pattern: /(?:exec|ssh): (?:not found|No such file)/,
    code: 'git.unavailable',
    message: 'ssh is not installed on the machine of the platform',
    hint: 'Let the operator install an OpenSSH client, or use https.',
  },
];

/** What Git complained of, as an error; `where`: the address, without credentials. */
export function gitFailure(where: string, complaint: string): StepFailure {
  const said = tamed(complaint);
  const reading = readings.find(({ pattern }) => pattern.test(complaint));
  return new StepFailure({
    code: reading?.code ?? 'git.failed',
    message: `${where}: ${reading?.message ?? 'Git failed'}${said && ` (${said})`}`,
    hint: reading?.hint ?? 'Look at what Git says; when it is the connection, try again.',
  });
}

/** The last lines, without what would move a terminal's cursor: a server chose some of these words. */
function tamed(complaint: string): string {
  const lines = complaint
    .split(/[\r\n]+/)
    // oxlint-disable-next-line no-control-regex -- they are what is removed
    .map((line) => line.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '').trim())
    .filter((line) => line !== '');
  return lines.slice(-3).join('; ').slice(0, 500);
}
