import { Type, type Static } from 'typebox';
import { Closed } from './shapes.ts';

/** A secret by its name: here nothing else is resolved. */
const SecretName = (description: string) =>
  Type.String({ pattern: String.raw`^\{\{\s*secrets\.[A-Za-z_][A-Za-z0-9_]*\s*\}\}$`, description });

const GitSourceSchema = Closed({
  git: Type.String({
    minLength: 1,
    description: 'A repository: `https://host/path`, `ssh://user@host/path` or `user@host:path`.',
  }),
  ref: Type.Optional(
    Type.String({ minLength: 1, description: 'A branch, a tag or a whole commit id. Default: the main branch.' }),
  ),
  depth: Type.Optional(Type.Integer({ minimum: 0, description: 'Commits of the history; 0: all. Default 1.' })),
  submodules: Type.Optional(Type.Boolean({ description: 'Whether submodules are fetched too. Default false.' })),
  path: Type.Optional(
    Type.String({ pattern: '^/workspace(/|$)', description: 'Where it is put. Default `/workspace`.' }),
  ),
  credentials: Type.Optional(
    Closed(
      {
        username: Type.Optional(Type.String({ minLength: 1, description: 'For HTTP. Default `git`.' })),
        password: Type.Optional(SecretName('For HTTP: `{{ secrets.NAME }}`.')),
        ssh_key: Type.Optional(SecretName('For SSH: `{{ secrets.NAME }}`.')),
        known_hosts: Type.Optional(SecretName('For SSH: `{{ secrets.NAME }}`.')),
      },
      { description: 'What its server wants.' },
    ),
  ),
});

/** A repository that fills the workspace. */
export type GitSourceSettings = Static<typeof GitSourceSchema>;

export const Source = Type.Union([Type.Literal('none'), GitSourceSchema], {
  description: 'What fills the workspace. Default: the project folder; none starts empty.',
});
