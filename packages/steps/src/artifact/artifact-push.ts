import { Type } from 'typebox';
import { defineStep } from '@cicd/plugin';
import { artifactOutputs, closed, Retention, StoredKey, WorkspacePath } from '../schema/fields.ts';
import { describeArtifact, storePath } from './store-path.ts';

export const artifactPush = defineStep({
  type: 'step.artifact_push',
  title: 'Store an artifact',
  description: [
    'Stores a file, a folder or the files that match a glob under a key of the run. Later steps, later runs and people get it by that key.',
    'A file is stored as it is. A folder or a glob is stored as one tar archive whose names are relative to the folder, or to the part of the glob before its first special character; `step.artifact_pull` unpacks it. Globs know `*`, `**`, `?`, `[…]` and `{a,b}`; names that begin with a dot are matched only by a dot.',
    'The media type is `application/octet-stream`, for a program `application/x-executable`, for an archive `application/x-tar`, unless `media_type` says otherwise. Only `application/x-executable` is pulled as a program.',
  ].join('\n\n'),
  category: 'artifact',
  config: Type.Object(
    {
      source_path: WorkspacePath({ description: 'A file, a folder or a glob below `/workspace`.' }),
      key: StoredKey(),
      dest: Type.Literal('artifact_store', { default: 'artifact_store', description: 'Where it is stored.' }),
      retention: Type.Optional(Retention()),
      media_type: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'The media type.' })),
    },
    closed,
  ),
  outputs: Type.Object(artifactOutputs, closed),
  recovery: 'repeat',
  examples: [
    {
      title: 'Store a program',
      yaml: 'name: store-binary\ntype: step.artifact_push\nconfig:\n  source_path: /workspace/output/server\n  key: server-binary\n',
    },
    {
      title: 'Store all test reports for a month',
      yaml: 'name: store-reports\ntype: step.artifact_push\nconfig:\n  source_path: /workspace/packages/*/reports/**/*.xml\n  key: test-reports\n  retention: 720h\n',
    },
  ],
  async run(ctx) {
    const { source_path: path, key, retention, media_type: mediaType } = ctx.config;
    const artifact = await storePath(ctx, { path, key, retention, mediaType }, ctx.signal);
    await ctx.log.info(`stored ${artifact.key}: ${artifact.size} bytes, SHA-256 ${artifact.checksum}`);
    return { outputs: describeArtifact(artifact) };
  },
});
