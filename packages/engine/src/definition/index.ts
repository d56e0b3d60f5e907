export { formatPath, type DocumentPath } from './document-path.ts';
export { formatSchema, pipelineSchema } from './editor-schema.ts';
export { expandMatrix, maximumCombinations, type MatrixDefinition } from './matrix.ts';
export { parsePipelineFile, type ParsedPipelineFile, type ParsePipelineFileOptions } from './parse-pipeline-file.ts';
export type { InputDefinition, InputType, PipelineDefinition, PipelineStep } from './pipeline-definition.ts';
export { gitSourceOf, type GitSourceSettings } from './git-source-of.ts';
export { parseYaml, type YamlDocument } from './yaml/parse-yaml.ts';
