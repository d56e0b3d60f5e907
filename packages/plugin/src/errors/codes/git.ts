import { row } from './row.ts';

export const gitCodes = {
  'git.unavailable': row(503, 2, 'Git or SSH is not installed, or nobody offers repositories here.'),
  'git.address_refused': row(422, 1, 'The address of a repository, or of a submodule, is not http, https or ssh.'),
  'git.ref_refused': row(422, 1, 'A ref is not a name that Git allows.'),
  'git.ref_not_found': row(404, 1, 'A repository has no such branch, tag or commit.'),
  'git.repository_not_found': row(404, 1, 'A server has no such repository, or does not show it to these credentials.'),
  'git.credentials_refused': row(422, 1, 'Credentials do not fit the address of a repository, or are malformed.'),
  'git.authentication_failed': row(502, 1, 'A Git server refused the credentials, or wants some.'),
  'git.host_key_refused': row(502, 1, 'The key of an SSH server is not known, or is another one than was known.'),
  'git.redirected': row(502, 1, 'A Git server sends to another address.'),
  'git.objects_refused': row(422, 1, 'A repository holds what Git holds for malformed or malicious.'),
  'git.submodule_refused': row(422, 1, 'A submodule is malformed, or nested too deeply.'),
  'git.too_large': row(422, 1, 'A repository is over a limit: bytes or files.'),
  'git.failed': row(502, 1, 'Git failed, or its connection did.'),
} as const;
