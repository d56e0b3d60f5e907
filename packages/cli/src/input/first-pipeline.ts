interface Kit {
  /** The file that tells what a project is made with. */
  readonly sign: string;
  readonly image: string;
  readonly commands: readonly string[];
}

const kits: readonly Kit[] = [
  {
    sign: 'pnpm-lock.yaml',
    image: 'node:24-slim',
    commands: ['corepack enable', 'pnpm install --frozen-lockfile', 'pnpm test'],
  },
  { sign: 'package-lock.json', image: 'node:24-slim', commands: ['npm ci', 'npm test'] },
  { sign: 'package.json', image: 'node:24-slim', commands: ['npm install', 'npm test'] },
  { sign: 'go.mod', image: 'golang:1.26', commands: ['go vet ./...', 'go test ./...'] },
  { sign: 'Cargo.toml', image: 'rust:1-slim', commands: ['cargo test'] },
  { sign: 'pyproject.toml', image: 'python:3.13-slim', commands: ['pip install --quiet . pytest', 'pytest'] },
  {
    sign: 'requirements.txt',
    image: 'python:3.13-slim',
    commands: ['pip install --quiet -r requirements.txt pytest', 'pytest'],
  },
  { sign: 'pom.xml', image: 'maven:3-eclipse-temurin-21', commands: ['mvn --batch-mode verify'] },
];

const anything: Kit = {
  sign: '',
  image: 'debian:bookworm-slim',
  commands: ['ls -la', 'echo "put your commands here"'],
};

/** A working cicd.yaml for what lies in a folder. `has` tells whether a file is there. */
export function firstPipeline(folder: string, has: (name: string) => boolean): string {
  const kit = kits.find(({ sign }) => has(sign)) ?? anything;
  const name =
    folder
      .toLowerCase()
      .replaceAll(/[^a-z0-9_-]+/g, '-')
      .replace(/^[^a-z]+/, '')
      .slice(0, 63) || 'main';
  return `# yaml-language-server: $schema=.cicd/pipeline.schema.json
name: ${name}
defaults: { image: '${kit.image}', timeout: 15m }
steps:
  - name: test
    type: step.shell_exec
    config:
      commands:
${kit.commands.map((command) => `        - ${command}`).join('\n')}
  - name: report
    type: step.log
    config: { message: 'tested in {{ steps.test.duration_ms }} ms' }
`;
}
