import type { ArtifactStore, GitSource, GrantPolicy, SandboxDriver, StepPorts, StepRegistry } from '@cicd/plugin';
import { createStepRegistry } from '@cicd/plugin';
import { accessMigrations, createAuditTrail, createTokenStore, type AuditTrail, type TokenStore } from '@cicd/access';
import { createLocalArtifactStore } from '@cicd/artifact';
import { openDatabase } from '@cicd/database';
import {
  cacheMigrations,
  createCacheStore,
  createFileLogStore,
  createMailbox,
  createMasker,
  createRuntime,
  createSqliteRunStore,
  flowSteps,
  runStoreMigrations,
  type CacheStore,
  type LogStore,
  type Mailbox,
  type RunEvent,
  type RunStore,
  type Runtime,
} from '@cicd/engine';
import { createSecretVault, vaultMigrations, type SecretVault } from '@cicd/environment';
import { scanSteps } from '@cicd/scan';
import { builtinSteps } from '@cicd/steps';
import { openDataFolder, type DataFolder } from './local/data-folder/data-folder.ts';
import { openInstance } from './local/data-folder/instance.ts';
import { createProcessOwnership, type ProcessOwnership } from './local/data-folder/process-ownership.ts';
import type { MemoryBroker } from './events/memory-broker.ts';
import { grantsOfFolder } from './grants/grants-of-folder.ts';
import { openOutside } from './outside.ts';
import { systemClock, systemIdentity } from './local/system.ts';

/** The step types that every platform knows. Costs no I/O. */
export const platformSteps = (): StepRegistry => createStepRegistry([...builtinSteps, ...scanSteps, ...flowSteps]);

export interface PlatformConfig {
  /** The data folder; created when missing. */
  readonly dataFolder: string;
  /** The driver for runs, or how to get it by its name; absent when nothing is run. Who opened it closes it, after the platform. */
  readonly sandbox?: SandboxDriver | ((name: string | undefined) => SandboxDriver);
  /** No server works on this folder: the user of the terminal counts as every approver of its runs. Default false. */
  readonly local?: boolean;
  /** Where the key of the secrets lies. Default: `CICD_KEY_FOLDER`, else `keys` in the data folder. */
  readonly keyFolder?: string;
  /** What lets containers out of their hardening. Default: the grants of the settings. */
  readonly grants?: GrantPolicy;
  /** Brokers, services, databases and private networks that steps may use; what the settings say, where it says nothing. */
  readonly outside?: Partial<StepPorts>;
}

/** Stores, drivers, steps and engine, wired together over one data folder. */
export interface Platform {
  readonly folder: DataFolder;
  /** The instance's id. */
  readonly instance: string;
  /** Whether the folder is where its identity was written: a copy, or a restored backup, is not. */
  readonly atHome: boolean;
  readonly steps: StepRegistry;
  readonly runs: RunStore<RunEvent>;
  readonly logs: LogStore;
  readonly artifacts: ArtifactStore;
  /** Where the artifacts are kept, in words. */
  readonly artifactPlace: string;
  /** What steps keep between runs. */
  readonly caches: CacheStore;
  readonly runtime: Runtime;
  /** The secrets of projects; a project goes by the name that its runs have. */
  readonly secrets: SecretVault;
  /** Who may ask a server over this data folder. */
  readonly tokens: TokenStore;
  /** Who did what with access. */
  readonly audit: AuditTrail;
  /** What lets containers out of their hardening. */
  readonly grants: GrantPolicy;
  /** Repositories over the network, as steps get them. */
  readonly git: GitSource;
  /** Messages to runs, whichever process drives them. */
  readonly mailbox: Mailbox;
  /** The processes that share the data folder. */
  readonly ownership: ProcessOwnership;
  /** What `step.publish` says in this process. */
  readonly events: Pick<MemoryBroker, 'subscribe'>;
  close(): Promise<void>;
}

/** Opens a data folder. Errors: those of the database, `command.settings_invalid`. */
export async function createPlatform(config: PlatformConfig): Promise<Platform> {
  const folder = openDataFolder(config.dataFolder);
  const { id: instance, atHome } = openInstance(folder.root);
  const steps = platformSteps();
  const ownership = createProcessOwnership(folder.owners);
  const grants = config.grants ?? grantsOfFolder(folder);
  const outside = await openOutside(folder, ownership, config.outside);
  const database = await openDatabase({
    file: folder.database,
    migrations: [...runStoreMigrations, ...vaultMigrations, ...accessMigrations, ...cacheMigrations],
  });
  const runs = createSqliteRunStore<RunEvent>(database);
  const logs = createFileLogStore({ folder: folder.logs, clock: systemClock });
  const { store: artifacts, place: artifactPlace } = outside.artifacts ?? {
    store: createLocalArtifactStore({ folder: folder.artifacts }),
    place: folder.artifacts,
  };
  const cacheContents = createLocalArtifactStore({ folder: folder.caches });
  const caches = createCacheStore({ database, contents: cacheContents, clock: systemClock, quota: outside.cacheQuota });
  const runtime = createRuntime({
    store: runs,
    ownership,
    logs,
    artifacts,
    caches,
    steps,
    sandboxes: (name) => {
      const { sandbox } = config;
      if (!sandbox) throw new TypeError('this platform was opened without a sandbox');
      return typeof sandbox === 'function' ? sandbox(name) : sandbox;
    },
    clock: systemClock,
    identity: systemIdentity,
    masker: (secrets) => createMasker([...secrets, ...outside.secrets]),
    grants,
    outside: outside.ports,
    local: config.local ?? false,
  });
  return {
    folder,
    instance,
    atHome,
    steps,
    runs,
    logs,
    artifacts,
    artifactPlace,
    caches,
    runtime,
    secrets: createSecretVault({
      database,
      keyFolder: config.keyFolder ?? (process.env['CICD_KEY_FOLDER'] || folder.keys),
      clock: systemClock,
    }),
    tokens: createTokenStore(database, systemClock),
    audit: createAuditTrail(database),
    git: outside.git,
    grants,
    mailbox: createMailbox({ store: runs, ownership, clock: systemClock }),
    ownership,
    events: outside.events,
    async close() {
      await artifacts.close();
      await cacheContents.close();
      await runs.close();
      await database.close();
      await ownership.close();
    },
  };
}
