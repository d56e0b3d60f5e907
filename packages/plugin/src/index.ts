export {
  createArchiveGuard,
  type AllowedEntry,
  type ArchiveEntry,
  type ArchiveLimits,
} from './archive/archive-guard.ts';
export { malformedArchive } from './archive/archive-refusal.ts';
export { checkedArchive, type CheckedArchiveOptions } from './archive/checked-archive.ts';
export { artifactKeyFault, checkArtifactKey, checkExecutionId } from './artifact/artifact-key.ts';
export { artifactMissing } from './artifact/artifact-missing.ts';
export type { Artifact, ArtifactMetadata, ArtifactStore } from './artifact/artifact-store.ts';
export type { Clock } from './clock.ts';
export { noCaches, type CacheHit, type CacheSaved, type FoundCache, type StepCaches } from './cache/step-caches.ts';
export { buildFailed, instructionOf, type FailedInstruction } from './images/build-failed.ts';
export type { BuiltImage, ImageBuild, ImageBuildEvent, ImageBuildOptions } from './images/image-build.ts';
export { imageNotFound } from './images/image-missing.ts';
export { formatImageReference, parseImageReference, type ImageReference } from './images/image-reference.ts';
export type { ImageDetails, Images, PushedImage, RegistryCredentials, TransferOptions } from './images/images.ts';
export type { RegistryCredentialsProvider, RegistryRequest } from './images/registry-credentials-provider.ts';
export { noImages } from './images/no-images.ts';
export { stepPage } from './documentation/step-page.ts';
export * from './errors/index.ts';
export * from './grants/index.ts';
export type { DatabaseConnection, DatabaseLimits, DatabaseStatement } from './outside/database-connection.ts';
export type { EventBroker, EventMessage } from './outside/event-broker.ts';
export { parseGitAddress, type GitAddress } from './outside/git-address.ts';
export { checkGitRef, isCommitId } from './outside/git-ref.ts';
export type { GitCommit, GitCredentials, GitRequest, GitSource } from './outside/git-source.ts';
export type { KnowledgeCopy, ScannerKnowledge } from './outside/scanner-knowledge.ts';
export type { Service, ServiceCall } from './outside/service.ts';
export { stepPorts, type NetworkPolicy, type StepPorts } from './outside/step-ports.ts';
export type {
  ExitStatus,
  OutputChunk,
  Process,
  ProcessConfig,
  ProcessKey,
  ProcessLaunch,
  SandboxProfile,
} from './sandbox/process.ts';
export type {
  CloseOptions,
  CopyOptions,
  Sandbox,
  SandboxCapabilities,
  SandboxDriver,
  SandboxEngine,
} from './sandbox/sandbox.ts';
export { serviceEnded, serviceNotReady } from './sandbox/service-failure.ts';
export { serviceOutputLines, type ReadyCheck, type ServiceConfig, type ServiceOutput } from './sandbox/service.ts';
export { checkProcessConfig, nameTaken, unsupported } from './sandbox/process-check.ts';
export { noTerminal, type Terminal, type TerminalConfig, type TerminalSize } from './sandbox/terminal.ts';
export type { Workspace } from './sandbox/workspace.ts';
export { pathNotFound, pathRefused, relativeToWorkspace, workspaceRoot } from './sandbox/workspace-path.ts';
export {
  annotations,
  ByteSize,
  ByteSizePattern,
  CommandText,
  Condition,
  Credential,
  Duration,
  Image,
  LiteralText,
  Reference,
} from './schema/annotated.ts';
export { Ready, readyCheck, readyProblems } from './schema/ready.ts';
export { formatDuration, parseDuration } from './schema/duration.ts';
export { formatByteSize, parseByteSize } from './schema/byte-size.ts';
export type { Json, JsonObject } from './schema/json.ts';
export { createStepRegistry, type StepRegistry } from './step/step-registry.ts';
export { describeJudgement, type Judgement } from './step/judgement.ts';
export type * from './step/step-context.ts';
export {
  defineStep,
  type AnyStepDefinition,
  type StepDefinition,
  type StepExample,
  type StepRecovery,
} from './step/step-definition.ts';
export type { StepShell, StepSurroundings } from './step/step-shell.ts';
export type { ApprovalTerms, StepResult, StepWait, StepResumption } from './step/step-result.ts';
