import type { Json } from '@cicd/plugin';
import { isMap } from './is-map.ts';
import type { GitSourceSettings } from './schema/source-schema.ts';

export type { GitSourceSettings };

/** The repository that a plan's source is; undefined for the project and for nothing. The plan's schema has checked it. */
export const gitSourceOf = ({ source }: { readonly source: Json }): GitSourceSettings | undefined =>
  isMap(source) ? (source as unknown as GitSourceSettings) : undefined;
