import { styleText } from 'node:util';
import { loadRun, type CancelCause, type RunShell } from '@cicd/engine';
import { createPlatform, dataFolderPath } from '@cicd/platform';
import { ConfigError } from '@cicd/plugin';
import { localUser } from '../input/local-user.ts';
import { findRun } from '../input/open-data.ts';
import { outerEnvironment } from '../input/outer-environment.ts';
import { shellReport } from '../output/shell-report.ts';
import { causeExitCode } from '../run-exit-code.ts';
import { readLaunch } from '../run/launch.ts';
import { secretsOfRun } from '../run/secrets-of-run.ts';
import { openSandboxesOfRuns } from '../run/sandboxes-of-runs.ts';
import { onSignals } from '../run/signals.ts';
import { attachTerminal, sizeOf, type PersonTerminal } from '../terminal/attach-terminal.ts';
import { followCommand } from '../terminal/follow-command.ts';

export interface ShellCommandOptions {
  readonly command?: string;
  readonly withSecrets?: boolean;
  readonly secret?: readonly string[];
  readonly dataDir?: string;
}

/** `cicd shell RUN STEP`: a terminal, or one command, where the step works; ends with its exit code. */
export async function shell(named: string, step: string, options: ShellCommandOptions): Promise<number> {
  const { command, withSecrets = false, secret = [] } = options;
  const person = command === undefined ? terminalOfPerson() : undefined;
  if (secret.length > 0 && !withSecrets)
    throw usage('--secret has no meaning without --with-secrets', 'Add --with-secrets, or leave it out.');
  const dataFolder = dataFolderPath({ flag: options.dataDir, env: process.env });
  const sandboxes = openSandboxesOfRuns(dataFolder);
  const platform = await createPlatform({ dataFolder, local: true, sandbox: sandboxes.driver });
  const interruption = interruptible();
  const { signal } = interruption;
  let opened: RunShell | undefined;
  try {
    const { id } = await findRun(platform, named);
    const { state } = await loadRun(platform.runs, id);
    const launch = readLaunch(state);
    opened = await platform.runtime.openShell(id, {
      step,
      actor: localUser(),
      signal,
      outerEnv: outerEnvironment(launch.env, launch.envFile, process.env),
      sandbox: await sandboxes.open(launch),
      onProgress: (message) => process.stderr.write(`${message}\n`),
      ...(withSecrets && {
        secrets: await secretsOfRun({
          platform,
          project: state.project,
          needed: state.plan.secrets,
          given: secret,
          before: launch.secrets,
        }),
      }),
      ...(command !== undefined && { command }),
    });
    process.stderr.write(
      shellReport(id, opened, (format, text) => styleText(format, text, { stream: process.stderr })),
    );
    return await (person ? attach(opened, person, signal) : followCommand(opened.process, process, signal));
  } catch (error) {
    if (interruption.cause === undefined) throw error;
    return causeExitCode[interruption.cause];
  } finally {
    try {
      await opened?.close();
    } finally {
      interruption.restore();
      await platform.close();
      await sandboxes.close();
    }
  }
}

async function attach(opened: RunShell, person: PersonTerminal, signal: AbortSignal): Promise<number> {
  const { TERM: terminalKind = 'xterm' } = process.env;
  const terminal = await opened.openTerminal({ env: { TERM: terminalKind }, size: sizeOf(person.output) });
  return attachTerminal(terminal, person, signal);
}

function terminalOfPerson(): PersonTerminal {
  const { stdin: input, stdout: output } = process;
  if (input.isTTY && output.isTTY) return { input, output };
  throw usage(
    'a shell needs a terminal, and standard input or output is none',
    "Run one command instead: cicd shell RUN STEP -c 'ls -la'",
  );
}

/** Signals end what is under way. The second one ends us at once: what is left goes with the run's next shell or attempt. */
function interruptible() {
  const controller = new AbortController();
  let cause: CancelCause | undefined;
  const restore = onSignals((next) => {
    if (cause !== undefined) process.exit(causeExitCode[next]);
    cause = next;
    controller.abort(new Error('the shell was interrupted'));
  });
  return {
    signal: controller.signal,
    restore,
    get cause() {
      return cause;
    },
  };
}

const usage = (message: string, hint: string) => new ConfigError({ code: 'command.usage', message, hint });
