import { Type, type TSchemaOptions } from 'typebox';
import { Duration } from '@cicd/plugin';

/** An object that knows its keys: any other is an error. */
export const closed = { additionalProperties: false } as const;

/** A path of the workspace, whatever the sandbox. That it stays there is checked again by the sandbox. */
export const WorkspacePath = (options: TSchemaOptions = {}) => Type.String({ pattern: '^/workspace(/|$)', ...options });

/** The key of an artifact that the step stores. */
export const StoredKey = () =>
  Type.String({
    minLength: 1,
    maxLength: 512,
    'x-cicd': 'artifact',
    description: 'The key under which it is stored; unique in the run.',
  });

/** The key of an artifact that is there. */
export const WantedKey = () => Type.String({ minLength: 1, maxLength: 512, description: 'The key of the artifact.' });

export const Retention = () =>
  Duration({ description: 'How long it is kept, such as `720h`. Default: as long as the run.' });

/** What a step says of an artifact in its outputs. */
export const artifactOutputs = {
  key: Type.String({ description: 'The key.' }),
  size: Type.Integer({ description: 'Bytes.' }),
  checksum: Type.String({ description: 'SHA-256, hexadecimal.' }),
  files: Type.Integer({ description: 'Number of files.' }),
};
