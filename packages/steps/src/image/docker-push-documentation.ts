import type { StepExample } from '@cicd/plugin';

export const dockerPushDescription = [
  'Gives an image its name in a registry, `registry/image`, and sends it there. A registry that refuses fails the step with its own words, also where the engine hides them behind a success.',
  'With `auth_provider: basic` the credentials are `username` and `password`, from secrets: they reach neither a command line nor a log. With `none`, what the engine’s host knows of the registry is used (`docker login`), if anything. The others are given by the clouds’ providers. A registry that wants tokens gets them by itself.',
  '`digest` is what to deploy: a tag may be moved, `registry/image@digest` is these bytes for ever.',
].join('\n\n');

export const dockerPushExamples: readonly StepExample[] = [
  {
    title: 'Push under two tags',
    yaml: `name: publish
type: step.docker_push
config:
  image: busybox
  registry: registry.example.com/team
  auth_provider: basic
  username: '{{ secrets.REGISTRY_USER }}'
  password: '{{ secrets.REGISTRY_PASSWORD }}'
  tags: ['1.36', latest]
`,
  },
];
