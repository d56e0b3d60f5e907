import { EngineError } from '@cicd/plugin';

/** `artifact.corrupt`. `where` is the place of the stored bytes. */
export const corruptArtifact = (name: string, where: string, cause?: unknown): EngineError =>
  new EngineError({
    code: 'artifact.corrupt',
    message: `${name} does not match its checksum (${where})`,
    hint: 'The storage or somebody changed the stored bytes. Run the step that made it again, or restore them from a backup.',
    cause,
  });
