import type { DatabaseConnection } from './database-connection.ts';
import type { EventBroker } from './event-broker.ts';
import type { GitSource } from './git-source.ts';
import type { RegistryCredentialsProvider } from '../images/registry-credentials-provider.ts';
import { noKnowledge, type ScannerKnowledge } from './scanner-knowledge.ts';
import type { Service } from './service.ts';

/** Which private addresses steps may call. */
export interface NetworkPolicy {
  /** Host names (`build.internal`), addresses and CIDRs (`10.1.0.0/16`) that are allowed though they are not public. */
  readonly allowed: readonly string[];
}

/** What an operator or an embedding program lets steps use outside of their run, by name. All of it may be empty. */
export interface StepPorts {
  /** The first one is the default. */
  readonly brokers: ReadonlyMap<string, EventBroker>;
  readonly services: ReadonlyMap<string, Service>;
  readonly databases: ReadonlyMap<string, DatabaseConnection>;
  readonly network: NetworkPolicy;
  /** Who gives credentials of registries, by the `auth_provider` that a pipeline names: `aws_ecr`. */
  readonly registryCredentials: ReadonlyMap<string, RegistryCredentialsProvider>;
  /** Repositories over the network; absent where nobody fetches them. */
  readonly git?: GitSource;
  /** Rule packs and databases for scanners. */
  readonly knowledge: ScannerKnowledge;
}

/** What is given, and nothing for the rest. */
export const stepPorts = (given: Partial<StepPorts> = {}): StepPorts => ({
  brokers: new Map(),
  services: new Map(),
  databases: new Map(),
  registryCredentials: new Map(),
  network: { allowed: [] },
  knowledge: noKnowledge,
  ...given,
});
