import type { StepExample } from '@cicd/plugin';

export const description = `Puts the files of a Git repository, with its \`.git\`, into the workspace. Git runs beside the sandbox, with none of its own, the machine's or the repository's settings.

**What a repository cannot do.** No hook, filter or setting of it is ever used; links out of the folder and malformed objects are refused; files in LFS stay pointers. A \`ref\` is a name, never an option.

**Where it may be.** Only http, https and ssh, and only at public addresses, like [\`step.http_call\`](http_call.md): the name is resolved once, and the connection is made to what was judged. The operator can allow more (\`network.allowed\` of the [settings](../settings.md)). A redirect is not followed. Addresses of submodules are judged in the same way.

**Credentials** are given to the host of \`repository\` alone: they are in no command line, no setting of the clone, and no file of the workspace. A server's SSH key must be known beforehand, by \`known_hosts\` or from the operator.

Files that are there stay, unless the repository has others of that name; begin a pipeline that clones into \`/workspace\` with \`source: none\`.`;

export const examples: readonly StepExample[] = [
  {
    title: 'Fetch a branch',
    yaml: `name: sources
type: step.git_clone
config:
  repository: https://git.example.com/shop.git
  ref: main
  path: /workspace/shop
`,
  },
  {
    title: 'Fetch a private repository with its submodules',
    yaml: `name: sources
type: step.git_clone
config:
  repository: git@git.example.com:shop.git
  submodules: true
  credentials: { ssh_key: '{{ secrets.DEPLOY_KEY }}', known_hosts: '{{ secrets.KNOWN_HOSTS }}' }
`,
  },
];
