import type { JsonObject, StepRegistry } from '@cicd/plugin';
import type { StaticScope } from '../../expression/index.ts';
import type { ProblemList } from '../problem-list.ts';
import type { WrittenStep } from '../schema/step-schema.ts';
import type { YamlDocument } from '../yaml/parse-yaml.ts';
import type { InnerListCheck } from './checked-step.ts';
import type { CallablePipeline, PipelineCall } from './pipeline-calls.ts';

/** What the checks of one pipeline share. */
export interface PipelineCheck {
  readonly registry: StepRegistry;
  readonly document: YamlDocument;
  readonly problems: ProblemList;
  readonly defaults: { readonly image?: string; readonly timeout?: string };
  /** Names that any expression of the pipeline may use; `steps` and `matrix` differ from place to place. */
  readonly scope: Omit<StaticScope, 'steps' | 'matrix' | 'around' | 'locals' | 'allowsSecrets' | 'allowsStatus'> & {
    readonly allSteps: Set<string>;
  };
  readonly innerList: InnerListCheck;
  /** The pipelines of the file, by name, as far as a call needs to know them. */
  readonly callable: ReadonlyMap<string, CallablePipeline>;
  /** Filled: the outputs of each step that was asked for. */
  readonly outputs: Map<WrittenStep, ReadonlyMap<string, JsonObject>>;
  /** Collected: the calls of this pipeline. */
  readonly calls: PipelineCall[];
  /** Collected from every expression. */
  readonly secrets: Set<string>;
  readonly outerEnv: Set<string>;
  readonly questions: Set<string>;
}
