import { StepFailure, workspaceRoot, type ProcessConfig } from '@cicd/plugin';
import type { LogConfig } from './engine-differences.ts';
import type { PrivilegedHost } from './privileged-host.ts';

/** The supplementary group of every process; the workspace belongs to it, so that all users of a run can write. */
export const workspaceGroup = 7777;

export const runtimeFolder = '/run/cicd';

const inputsFolder = '/inputs';

/** What package managers and the images of databases need as root, and no more. */
const buildCapabilities = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID'];

/** The engine's init hands signals to the whole process group, so that a shell's child hears them. https://github.com/krallin/tini */
const initSettings = { TINI_KILL_PROCESS_GROUP: '1' };

export interface ContainerContext {
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `none`, the name of a network, or `container:ID`. */
  readonly network: string;
  readonly log: LogConfig;
  /** The volume of the workspace. */
  readonly volume: string | undefined;
  /** The volume that is read at `/inputs`. */
  readonly inputs?: string | undefined;
  /** What was granted, in the engine's words. */
  readonly privileges?: PrivilegedHost | undefined;
  /** Bytes; absent: unlimited. */
  readonly memoryLimit?: number | undefined;
  readonly cpuLimit?: number | undefined;
}

/** Whether a process has no network: asked for, or by profile. */
export const withoutNetwork = ({ networkMode, profile }: ProcessConfig): boolean =>
  networkMode === 'none' || profile === 'strict';

/**
 * The engine's configuration of a hardened container. Nothing of `input` is in it. Only what was granted lets it out of
 * its hardening; the log is kept whole, and nothing is removed by the engine.
 */
export function containerConfig(config: ProcessConfig, context: ContainerContext): Record<string, unknown> {
  const strict = config.profile === 'strict';
  const env = { ...config.env, CICD_WORKSPACE: workspaceRoot, CICD_RUNTIME_DIR: runtimeFolder, ...initSettings };
  const { memoryLimit, cpuLimit, privileges } = context;
  return {
    Image: context.image,
    Labels: context.labels,
    Entrypoint: config.command,
    Cmd: [],
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    WorkingDir: config.launch?.workDir ?? workingFolder(config, context),
    OpenStdin: config.input !== undefined,
    StdinOnce: config.input !== undefined,
    AttachStdin: config.input !== undefined,
    ...(strict ? { User: strictUser(config.user) } : config.user !== undefined && { User: config.user }),
    HostConfig: {
      NetworkMode: context.network,
      Mounts: [
        ...(context.volume === undefined
          ? []
          : [mount(context.volume, workspaceRoot, config.workspaceAccess === 'read')]),
        ...(context.inputs === undefined ? [] : [mount(context.inputs, inputsFolder, true)]),
        ...(privileges?.mounts ?? []),
      ],
      ...(privileges && { Privileged: privileges.privileged, Devices: privileges.devices }),
      Tmpfs: {
        [runtimeFolder]: 'rw,noexec,nosuid,nodev,mode=1777,size=64m',
        ...(strict && { '/tmp': 'rw,nosuid,nodev,mode=1777' }),
      },
      GroupAdd: [String(workspaceGroup)],
      CapDrop: ['ALL'],
      CapAdd: strict ? [] : [...buildCapabilities, ...(privileges?.capabilities ?? [])],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: strict,
      Init: true,
      IpcMode: 'private',
      PidsLimit: config.pidsLimit ?? 4096,
      ShmSize: 2 ** 30,
      ...(memoryLimit !== undefined && { Memory: memoryLimit, MemorySwap: memoryLimit }),
      ...(cpuLimit !== undefined && { NanoCpus: Math.round(cpuLimit * 1e9) }),
      LogConfig: context.log,
      AutoRemove: false,
      RestartPolicy: { Name: 'no' },
    },
  };
}

const mount = (volume: string, target: string, readOnly: boolean) => ({
  Type: 'volume',
  Source: volume,
  Target: target,
  ReadOnly: readOnly,
  VolumeOptions: { NoCopy: true },
});

const workingFolder = ({ workDir }: ProcessConfig, { volume }: ContainerContext): string =>
  workDir ?? (volume === undefined ? '/' : workspaceRoot);

function strictUser(user = '10001:10001'): string {
  if (/^(0+|root)(:|$)/.test(user)) {
    throw new StepFailure({
      code: 'sandbox.unsupported',
      message: 'The strict profile runs nothing as root.',
      hint: 'Leave the user out (10001), or name another one.',
    });
  }
  return user;
}
