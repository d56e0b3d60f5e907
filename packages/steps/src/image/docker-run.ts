import { Type } from 'typebox';
import {
  defineStep,
  EngineError,
  parseByteSize,
  StepFailure,
  type ImageDetails,
  type Process,
  type StepContext,
  type StepLog,
  type StepResult,
} from '@cicd/plugin';
import { closed } from '../schema/fields.ts';
import { followProcess } from '../shell/follow-process.ts';
import { DockerRunConfig, dockerRunProblems } from './docker-run-config.ts';
import { dockerRunDescription, dockerRunExamples } from './docker-run-documentation.ts';

export const dockerRun = defineStep({
  type: 'step.docker_run',
  title: 'Run a container',
  description: dockerRunDescription,
  category: 'build',
  config: DockerRunConfig,
  outputs: Type.Object(
    {
      exit_code: Type.Integer({ description: 'Of the program: 0.' }),
      duration_ms: Type.Number({ description: 'How long the container ran, in milliseconds.' }),
    },
    closed,
  ),
  recovery: 'adopt',
  examples: dockerRunExamples,
  check: (config) => [...dockerRunProblems(config)],
  run: execute,
  // The container of a former life is found again by `start`, and its output is read from the first byte.
  resume: execute,
});

type RunContext = StepContext<DockerRunConfig>;

async function execute(ctx: RunContext): Promise<StepResult> {
  // A template may have said what the check of the pipeline would have refused.
  for (const { message, hint } of dockerRunProblems(ctx.config))
    throw new StepFailure({ code: 'step.config_invalid', message, hint });
  const began = ctx.clock.now();
  const process = await start(ctx);
  const { status, said } = await follow(ctx, process);
  ctx.signal.throwIfAborted();
  const { exitCode, outOfMemory, startedAt, finishedAt } = status;
  if (exitCode === inputLost && said === inputLostWords) throw lost();
  if (exitCode !== 0) throw failed(exitCode, outOfMemory, ctx.config.memory_limit);
  const measured = startedAt !== undefined && finishedAt !== undefined;
  const duration = measured ? Date.parse(finishedAt) - Date.parse(startedAt) : ctx.clock.now() - began;
  return { outputs: { exit_code: exitCode, duration_ms: duration } };
}

async function start(ctx: RunContext): Promise<Process> {
  const { config, images, signal } = ctx;
  const onProgress = (message: string) => ctx.progress({ message });
  const image = (await images.inspect(config.image)) ?? (await images.pull(config.image, { signal, onProgress }));
  return ctx.sandbox.start({
    image: config.image,
    command: commandOf(config, image),
    launch: {
      env: { ...ctx.env, ...config.env },
      secretFiles: config.secret_files ?? {},
      workDir: image.workDir,
    },
    networkMode: config.network_mode === 'none' ? 'none' : 'default',
    ...(config.memory_limit !== undefined && { memoryLimit: parseByteSize(config.memory_limit) }),
    ...(config.cpu_limit !== undefined && { cpuLimit: config.cpu_limit }),
  });
}

/** As `docker run` does it: a program of one's own does not get the image's arguments. */
function commandOf({ entrypoint, command }: DockerRunConfig, image: ImageDetails): [string, ...string[]] {
  const own = entrypoint === undefined ? image.command : [];
  const [program, ...words] = [...(entrypoint ?? image.entrypoint), ...(command ?? own)];
  if (program === undefined)
    throw new StepFailure({
      code: 'step.config_invalid',
      message: 'The image names no program, and the step names none either.',
      hint: 'Add `command:`.',
    });
  return [program, ...words];
}

/** How the launcher ends when its input broke off: nothing of the program ran. */
const inputLost = 97;
const inputLostWords = 'cicd: the input broke off\n';

/** Follows the process; `said` is how its standard error begins. */
async function follow(ctx: RunContext, process: Process) {
  let said = '';
  const log: StepLog = {
    section: (title) => ctx.log.section(title),
    info: (message) => ctx.log.info(message),
    warn: (message) => ctx.log.warn(message),
    write(stream, data) {
      if (stream === 'stderr' && said.length <= inputLostWords.length) said += Buffer.from(data).toString('latin1');
      return ctx.log.write(stream, data);
    },
  };
  const { status } = await followProcess(process, [], ctx.step.token, log, ctx.signal);
  return { status, said };
}

const lost = () =>
  new EngineError({
    code: 'step.input_lost',
    message: 'the variables did not reach the container whole; its program was not run',
    retryable: true,
  });

function failed(exitCode: number, outOfMemory: boolean, limit: string | number | undefined): StepFailure {
  const details = { exit_code: exitCode };
  return outOfMemory
    ? new StepFailure({
        code: 'step.out_of_memory',
        message: `the container reached its memory limit${limit === undefined ? '' : ` of ${limit}`}`,
        hint: 'Raise memory_limit, or let the program use less.',
        details,
      })
    : new StepFailure({
        code: 'step.command_failed',
        message: `the container ended with exit code ${exitCode}`,
        hint: exitCode === 127 ? 'A program was not found: check its name, and that the image has it.' : undefined,
        details,
      });
}
