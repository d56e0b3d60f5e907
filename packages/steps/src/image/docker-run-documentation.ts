import type { StepExample } from '@cicd/plugin';

export const dockerRunDescription = [
  'Runs the program of an image, or another one in it, to its end; another exit code than 0 fails the step. The image needs no shell. The container begins in the image’s own folder, as the image’s own user, with the workspace at `/workspace`.',
  'Variables and secret files are handed over by standard input to a small launcher that becomes the program, so that no value stands in the container’s configuration. The container is hardened as those of step.shell_exec are; folders and the network of the host are refused.',
].join('\n\n');

export const dockerRunExamples: readonly StepExample[] = [
  {
    title: 'Run the tests that an image brings along',
    yaml: `name: smoke
type: step.docker_run
config:
  image: busybox
  command: [sh, -c, 'test "$GREETING" = hello']
  env: { GREETING: hello }
  timeout: 2m
`,
  },
];
