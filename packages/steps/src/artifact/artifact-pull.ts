import { Type, type Static } from 'typebox';
import { defineStep, StepFailure, type Problem, type StepContext } from '@cicd/plugin';
import { artifactOutputs, closed, WantedKey, WorkspacePath } from '../schema/fields.ts';
import { fetchArtifact } from './fetch-artifact.ts';
import { describeArtifact } from './store-path.ts';

const config = Type.Object(
  {
    source: Type.Union(
      [Type.Literal('current_execution'), Type.Literal('previous_execution'), Type.Literal('execution')],
      {
        default: 'current_execution',
        description:
          'Whose artifact: this run’s, that of the last successful run of this pipeline, or that of the run `execution_id`.',
      },
    ),
    execution_id: Type.Optional(
      Type.String({
        description: 'The run. With `previous_execution` it may be empty: then it is the last successful one.',
      }),
    ),
    pipeline: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'With `previous_execution`: the pipeline of this project whose last successful run is meant. Default: this one.',
      }),
    ),
    key: WantedKey(),
    dest: WorkspacePath({
      description:
        'A folder is unpacked into it. A file is written to it; where it ends with `/`, into that folder under the last segment of the key.',
    }),
  },
  closed,
);

export const artifactPull = defineStep({
  type: 'step.artifact_pull',
  title: 'Get an artifact',
  description:
    'Writes an artifact of this run, or of another one, into the workspace. Its checksum is verified while it is read; an archive is unpacked, and an entry that would leave the folder is refused. A key that is not there is an error that lists those that are.',
  category: 'artifact',
  config,
  outputs: Type.Object(
    { ...artifactOutputs, execution_id: Type.String({ description: 'The run it came from.' }) },
    closed,
  ),
  recovery: 'repeat',
  examples: [
    {
      title: 'Get what an earlier step stored',
      yaml: 'name: fetch-dist\ntype: step.artifact_pull\nconfig:\n  key: dist\n  dest: /workspace/dist\n',
    },
    {
      title: 'Get the assets of the last successful run',
      yaml: 'name: fetch-assets\ntype: step.artifact_pull\nconfig:\n  source: previous_execution\n  key: ui-dist\n  dest: /workspace/assets\n',
    },
  ],
  check: ({ source, execution_id: id, pipeline }): readonly Problem[] => {
    if (pipeline !== undefined && (source !== 'previous_execution' || id)) {
      return [
        misfit(
          '`pipeline` is read only with `source: previous_execution` and no `execution_id`',
          'Write `source: previous_execution`.',
          'pipeline',
        ),
      ];
    }
    if (source === 'execution' && !id)
      return [misfit('`source: execution` needs an `execution_id`', 'Add execution_id, or use previous_execution.')];
    if ((source ?? 'current_execution') === 'current_execution' && id) {
      return [
        misfit(
          '`execution_id` means nothing with `source: current_execution`',
          'Write `source: execution` to read from that run.',
        ),
      ];
    }
    return [];
  },
  async run(ctx) {
    const executionId = await executionOf(ctx);
    const artifact = await fetchArtifact(ctx, {
      key: ctx.config.key,
      dest: ctx.config.dest,
      ...(executionId !== ctx.run.id && { run: executionId }),
    });
    await ctx.log.info(
      `got ${artifact.key} of run ${executionId}: ${artifact.size} bytes, SHA-256 ${artifact.checksum}`,
    );
    return { outputs: { ...describeArtifact(artifact), execution_id: executionId } };
  },
});

async function executionOf(ctx: StepContext<Static<typeof config>>): Promise<string> {
  const { run, artifacts } = ctx;
  const { source, execution_id: id, pipeline = run.pipeline } = ctx.config;
  if (source === 'current_execution') return run.id;
  if (id) return id;
  if (source === 'execution') throw new StepFailure({ code: 'step.config_invalid', message: 'execution_id is empty' });
  const previous = pipeline === run.pipeline ? run.previousRunId : await artifacts.lastRunOf(pipeline);
  if (previous !== undefined) return previous;
  throw new StepFailure({
    code: 'artifact.no_previous_run',
    message: `no run of the pipeline ${pipeline} has succeeded before this one`,
    hint: 'For a first run, give the step `on_error: skip`, or the condition `if: run.previous_id != ""`.',
  });
}

const misfit = (message: string, hint: string, path = 'execution_id'): Problem => ({
  code: 'step.config_invalid',
  severity: 'error',
  message,
  hint,
  path,
});
