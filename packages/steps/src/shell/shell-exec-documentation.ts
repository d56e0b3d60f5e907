import type { StepExample } from '@cicd/plugin';

export const shellExecDescription = `
Runs commands in one container and one shell: \`cd\`, \`export\` and functions last from one command to the next. The shell runs with \`set -e\` (bash with \`pipefail\` as well); the first command that fails fails the step, which names it and its exit code. Each command is a section of the log. A line that a command writes to standard error right when the next one begins may be shown in the neighbouring section: the two streams travel apart.

Every command is a text of its own: a syntax error or a here-document ends with it. \`exit 0\` ends the step well, and the commands after it do not run; after \`set +e\`, failures pass until \`set -e\`. Standard input is empty.

\`/workspace\` is the workspace in every path of the configuration. With plain processes instead of containers there is no such folder: commands see the workspace as the current directory and as \`$CICD_WORKSPACE\`.

Variables, secrets and the commands themselves reach the shell by its standard input and are kept in memory: nothing of them stands in the container's configuration.

**Services.** Each of \`services\` is a container beside the commands, on a network that only they share. The commands reach it by its name as host name, and begin when every service is ready; without \`ready\` that is when it has started. A service that ends while it is needed, or is not ready in time, fails the step, and what the services wrote last is in the log of a step that fails. They are removed with the step. With \`network_mode: none\` they and the commands reach each other and nothing else. Plain processes have no services.

**Test reports.** JUnit files that \`reports\` names are read when the commands have ended, also when they failed. Their sum is the output \`tests\`, and the failed tests stand at the end of what \`cicd run\` shows. What the commands end with decides about the step, not the reports; a report that cannot be read fails a step that ended well.

**Outputs.** A line \`key=value\` that a command appends to the file \`$CICD_OUTPUT\` becomes an output of the step, as does \`key<<END\`, lines of text, and a line \`END\`. Each must be declared under the step's \`outputs:\` and is converted to its type (\`string\`, \`number\`, \`integer\`, \`boolean\`; lists and maps are written as JSON). The file may have 1 MiB.
`.trim();

export const shellExecExamples: readonly StepExample[] = [
  {
    title: 'Build in one shell',
    yaml: `name: build
type: step.shell_exec
config:
  image: busybox
  commands:
    - mkdir -p dist
    - cd dist
    - echo "hello from $CICD_STEP" > greeting.txt
    - cat greeting.txt
  artifacts_out:
    - key: dist
      path: /workspace/dist
`,
  },
  {
    title: 'Hand a value to later steps',
    yaml: `name: version
type: step.shell_exec
config:
  image: busybox
  commands:
    - echo "number=1.4.2" >> "$CICD_OUTPUT"
outputs:
  number: { type: string }
`,
  },
  {
    title: 'A secret as a file in memory',
    yaml: `name: sign
type: step.shell_exec
config:
  image: busybox
  commands:
    - test -s "$SIGNING_KEY"
    - sha256sum "$SIGNING_KEY" > signature.txt
  secret_files:
    SIGNING_KEY: '{{ secrets.SIGNING_KEY }}'
`,
  },
  {
    title: 'Beside a database',
    yaml: `name: integration
type: step.shell_exec
config:
  image: busybox
  services:
    - name: database
      image: postgres
      env: { POSTGRES_HOST_AUTH_METHOD: trust }
      ready: { command: [pg_isready, --username, postgres, --host, localhost], timeout: 2m }
  env: { DATABASE_URL: postgres://postgres@database/postgres }
  commands:
    - echo "testing against $DATABASE_URL"
`,
  },
  {
    title: 'Keep the report of a failing test',
    yaml: `name: test
type: step.shell_exec
config:
  image: busybox
  timeout: 5m
  memory_limit: 256MiB
  network_mode: none
  env: { LEVEL: full }
  commands:
    - mkdir -p reports
    - echo "level $LEVEL passed" > reports/result.txt
  artifacts_out:
    - key: test-report
      path: /workspace/reports
      when: always
`,
  },
];
