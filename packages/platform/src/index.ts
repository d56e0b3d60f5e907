export { dataFolderPath, type DataFolder, type DataFolderChoice } from './data-folder/data-folder.ts';
export { createPlatform, platformSteps, type Platform, type PlatformConfig } from './platform.ts';
export { findPipelineFile, loadPipelineFile } from './pipeline-file.ts';
export { chooseSandbox, type ChosenSandbox, type SandboxChoice } from './sandbox-choice.ts';
export { fillWorkspace, type RunSource } from './source/fill-workspace.ts';
export { findProject, type Project } from './source/project.ts';
export { systemClock, systemIdentity } from './system.ts';
