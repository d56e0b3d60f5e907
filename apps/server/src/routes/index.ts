import type { Route } from '../http/route.ts';
import { accessRoutes } from './access.ts';
import { artifactRoutes } from './artifacts.ts';
import { healthRoutes } from './health.ts';
import { logRoutes } from './logs.ts';
import { pipelineRoutes } from './pipelines.ts';
import { runRoutes } from './runs.ts';
import { schemaRoutes } from './schemas.ts';

/** Everything that the server answers. A new route is one entry in one of these. */
export const routes: readonly Route[] = [
  ...healthRoutes,
  ...schemaRoutes,
  ...pipelineRoutes,
  ...runRoutes,
  ...logRoutes,
  ...artifactRoutes,
  ...accessRoutes,
];
