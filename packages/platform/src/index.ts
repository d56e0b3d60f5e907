export * from './local/index.ts';
export type { EventListener, MemoryBroker } from './events/memory-broker.ts';
export { createPlatform, platformSteps, type Platform, type PlatformConfig } from './platform.ts';
export { loadPipelineFile } from './pipeline-file.ts';
export { fillWorkspace, type RunSource } from './source/fill-workspace.ts';
export { sweep } from './sweep.ts';
export { roles, type Principal, type Role, type TokenEntry, type TokenStore } from '@cicd/access';
export type { SecretEntry, SecretVault } from '@cicd/environment';
export { findProject, type Project } from './source/project.ts';
