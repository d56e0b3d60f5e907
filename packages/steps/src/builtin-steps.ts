import type { AnyStepDefinition } from '@cicd/plugin';
import { artifactPull } from './artifact/artifact-pull.ts';
import { artifactPush } from './artifact/artifact-push.ts';
import { dbExec } from './database/db-exec.ts';
import { dbQuery } from './database/db-query.ts';
import { delegate } from './delegate.ts';
import { gate } from './gate/gate.ts';
import { gitClone } from './git/git-clone.ts';
import { httpCall } from './http/http-call.ts';
import { jsonResponse } from './http-request/json-response.ts';
import { requestParse } from './http-request/request-parse.ts';
import { jq } from './jq/jq.ts';
import { dockerBuild } from './image/docker-build.ts';
import { dockerPush } from './image/docker-push.ts';
import { dockerRun } from './image/docker-run.ts';
import { log } from './log.ts';
import { publish } from './publish.ts';
import { set } from './set.ts';
import { shellExec } from './shell/shell-exec.ts';
import { transform } from './transform/transform.ts';
import { validate } from './validate.ts';

/** Every step of this package, as a registry takes them. */
export const builtinSteps: readonly AnyStepDefinition[] = [
  shellExec,
  artifactPush,
  artifactPull,
  gitClone,
  dockerBuild,
  dockerPush,
  dockerRun,
  gate,
  set,
  log,
  validate,
  transform,
  jq,
  httpCall,
  publish,
  delegate,
  dbQuery,
  dbExec,
  requestParse,
  jsonResponse,
];
