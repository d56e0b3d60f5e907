import { ByteSizePattern, Duration } from '@cicd/plugin';

/** The patterns for which an error says what is meant instead of the pattern. */
export const durationPattern = String((Duration() as { readonly pattern?: string }).pattern);
export const byteSizePattern = ByteSizePattern;
/** How steps say that a path lies in the workspace. */
export const workspacePathPattern = '^/workspace(/|$)';
