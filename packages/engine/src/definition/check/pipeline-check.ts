import type { StepRegistry } from '@cicd/plugin';
import type { StaticScope } from '../../expression/index.ts';
import type { ProblemList } from '../problem-list.ts';
import type { YamlDocument } from '../yaml/parse-yaml.ts';

/** What the checks of one pipeline share. */
export interface PipelineCheck {
  readonly registry: StepRegistry;
  readonly document: YamlDocument;
  readonly problems: ProblemList;
  readonly defaults: { readonly image?: string; readonly timeout?: string };
  /** Names that any expression of the pipeline may use; `steps` and `matrix` differ from place to place. */
  readonly scope: Omit<StaticScope, 'steps' | 'matrix' | 'allowsSecrets' | 'allowsStatus'>;
  /** Collected from every expression. */
  readonly secrets: Set<string>;
  readonly outerEnv: Set<string>;
}
