import { Type, type Static } from 'typebox';
import { Credential } from '@cicd/plugin';
import { closed, WorkspacePath } from '../schema/fields.ts';

const credentials = Type.Object(
  {
    username: Type.Optional(Credential({ minLength: 1, description: 'For HTTP. Default `git`.' })),
    password: Type.Optional(Credential({ minLength: 1, description: 'For HTTP: a password or a token.' })),
    ssh_key: Type.Optional(Credential({ minLength: 1, description: 'For SSH: a private key without a passphrase.' })),
    known_hosts: Type.Optional(
      Credential({
        minLength: 1,
        description: 'For SSH: lines of a file of known hosts. Default: the operator’s `git.known_hosts`.',
      }),
    ),
  },
  { ...closed, description: 'What the server wants. They go to the host of `repository` and to no other.' },
);

export const gitCloneConfig = Type.Object(
  {
    repository: Type.String({
      minLength: 1,
      maxLength: 2_048,
      description: 'Where it is: `https://host/path`, `ssh://user@host/path` or `user@host:path`.',
    }),
    ref: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: 'A branch, a tag, a whole name (`refs/…`) or a whole commit id. Default: the main branch.',
      }),
    ),
    depth: Type.Integer({
      minimum: 0,
      maximum: 1_000_000,
      default: 1,
      description: 'How many commits of the history. 0: all of it.',
    }),
    submodules: Type.Boolean({ default: false, description: 'Whether submodules, and theirs, are fetched too.' }),
    lfs: Type.Boolean({ default: false, description: 'Not available yet: files in LFS stay pointers.' }),
    credentials: Type.Optional(credentials),
    path: WorkspacePath({ default: '/workspace', description: 'The folder of the workspace that it is put into.' }),
  },
  closed,
);

export type GitCloneConfig = Static<typeof gitCloneConfig>;

export const gitCloneOutputs = Type.Object(
  {
    sha: Type.String({ description: 'The commit.' }),
    short_sha: Type.String({ description: 'Its first 7 digits.' }),
    branch: Type.String({ description: 'The branch; empty where a tag or a commit was asked for.' }),
    tag: Type.String({ description: 'The tag; empty where none was asked for.' }),
    author: Type.String({ description: 'Who wrote the commit: `Ann <ann@example.com>`.' }),
    message: Type.String({ description: 'What the commit says of itself; at most 10,000 characters.' }),
  },
  closed,
);
