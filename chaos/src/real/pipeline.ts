/** Every attempt leaves its name in a file of the workspace, which the last step stores: so effects can be counted. */
export const effectCommand = (key: string): string => `'echo "${key}#$CICD_ATTEMPT" >> effects'`;

const step = (name: string, commands: readonly string[], more = '') => `
  - name: ${name}
    type: step.shell_exec${more}
    config:
      image: busybox
      commands: [${[effectCommand(name), ...commands].join(', ')}]`;

const lines = (count: number) => `'i=0; while [ $i -lt ${count} ]; do i=$((i+1)); echo "line $i"; done'`;

/** A pipeline of the command line, small enough to be killed thousands of times. */
export const pipeline = `
name: chaos
steps:${step('first', [lines(50)])}
${step('left', [lines(300), "'sleep 0.05'", lines(20)], '\n    needs: [first]')}
${step('right', [lines(10), "'sleep 0.1'", lines(10)], '\n    needs: [first]\n    workspace: shared')}
${step('flaky', [`'[ "$CICD_ATTEMPT" = 2 ]'`], '\n    needs: [left]\n    retry: { max_attempts: 2, delay: 10ms }')}
  - { name: say, type: step.log, needs: [flaky, right], config: { message: half way } }
${step('last', [lines(5), `'sort effects > sorted'`], '\n    needs: [say]')}
      artifacts_out: [{ key: effects, path: /workspace/sorted }]
`;
