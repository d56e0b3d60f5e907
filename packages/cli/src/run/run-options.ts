import type { SandboxChoice } from '@cicd/platform/local';

export interface RunCommandOptions {
  readonly input?: readonly string[];
  readonly secret?: readonly string[];
  readonly env?: readonly string[];
  readonly envFile?: string;
  readonly only?: readonly string[];
  readonly from?: readonly string[];
  readonly project?: string;
  readonly sandbox: SandboxChoice;
  readonly network: 'shared' | 'private';
  readonly dataDir?: string;
  readonly json?: boolean;
}
