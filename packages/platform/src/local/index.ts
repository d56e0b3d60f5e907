/** What belongs to this machine rather than to a run: data folder, pipeline file, sandbox, clock. Loads no engine. */
export { settleInstance, type Instance } from './data-folder/instance.ts';
export { dataFolderPath, type DataFolder, type DataFolderChoice } from './data-folder/data-folder.ts';
export { reserveRun } from './data-folder/reserve-run.ts';
export { findPipelineFile } from './find-pipeline-file.ts';
export { chooseSandbox, type ChosenSandbox, type SandboxChoice, type SandboxChoiceOptions } from './sandbox-choice.ts';
export { systemClock, systemIdentity } from './system.ts';
