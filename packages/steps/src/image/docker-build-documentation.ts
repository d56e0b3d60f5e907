import type { StepExample } from '@cicd/plugin';

export const dockerBuildDescription = [
  'Builds an image from a Dockerfile and a folder of the workspace, on the engine where the run’s containers run. The engine’s BuildKit does it; an engine without one builds with its classic builder, which has no build secrets.',
  'The context is streamed, never held whole, and without what `.dockerignore` leaves out (`DOCKERFILE.dockerignore` beside the Dockerfile wins). A Dockerfile that `.dockerignore` leaves out comes along nevertheless, since the builder reads it there. Each instruction is a section of the log, named with its stage; a failure names the instruction, its stage and its exit code.',
  'A value of `build_args` stays in the history of the image, so a secret there is refused. Give it under `secrets`, and read it where it is needed:\n\n```dockerfile\nRUN --mount=type=secret,id=npm_token NPM_TOKEN="$(cat /run/secrets/npm_token)" npm ci\n```',
  'Names are given when the image is complete: a build that fails leaves none behind, and an older image keeps its name.',
].join('\n\n');

export const dockerBuildExamples: readonly StepExample[] = [
  {
    title: 'Build and name an image',
    yaml: `name: image
type: step.docker_build
config:
  context: /workspace/output
  tags: ['shop:1.4']
`,
  },
  {
    title: 'A stage, arguments and a secret',
    yaml: `name: image
type: step.docker_build
config:
  dockerfile: docker/web.Dockerfile
  target: web
  tags: ['registry.example.com/shop/web:1.4']
  build_args: { VERSION: '1.4' }
  labels: { org.opencontainers.image.version: '1.4' }
  secrets: { npm_token: '{{ secrets.NPM_TOKEN }}' }
`,
  },
];
