import type { FailedInstruction, ImageBuildEvent } from '@cicd/plugin';
import type { ProgressMessage } from '../../../engine/progress-lines.ts';

/** Reads what a builder tells: events for people, and what the end of the build is judged by. */
export interface BuildProgress {
  read(message: ProgressMessage): Iterable<ImageBuildEvent>;
  /** The id of the image, once it is complete. */
  readonly image: string | undefined;
  readonly cachedSteps: number;
  /** What failed, when the engine has said that something did. */
  failed(words: string): FailedInstruction | undefined;
}
