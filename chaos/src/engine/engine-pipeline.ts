import { effectCommand } from '../real/pipeline.ts';

/** A small run that asks an engine for everything: source, images, containers, a copied workspace, artifacts both ways. */
export const enginePipeline = `
name: engine
steps:
  - name: make
    type: step.shell_exec
    config:
      image: busybox
      commands: [${effectCommand('make')}, 'seq 1 200', 'test -f main.txt', 'tr -d "\\r" < main.txt > made.txt']
      artifacts_out: [{ key: made, path: /workspace/made.txt }]
  - name: side
    type: step.shell_exec
    needs: [make]
    workspace: copy
    config:
      image: busybox
      commands: ['test -f made.txt', 'echo side > side.txt']
      artifacts_out: [{ key: side, path: /workspace/side.txt }]
  - name: take
    type: step.shell_exec
    needs: [side]
    config:
      image: busybox
      artifacts_in: [{ key: made, path: /workspace/in/made.txt }]
      commands: [${effectCommand('take')}, 'test ! -e side.txt', 'cmp made.txt in/made.txt', 'cat in/made.txt', 'seq 1 50']
      artifacts_out: [{ key: effects, path: /workspace/effects }]
`;
