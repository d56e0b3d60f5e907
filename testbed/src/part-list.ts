import { busybox } from './parts/busybox.ts';
import { debian } from './parts/debian.ts';
import { engine } from './parts/engine.ts';
import { git } from './parts/git.ts';
import { node } from './parts/node.ts';
import { podman } from './parts/podman.ts';
import { postgres } from './parts/postgres.ts';
import { postgresImage } from './parts/postgres-image.ts';
import { spareEngine } from './parts/spare-engine.ts';
import { s3 } from './parts/s3.ts';
import { s3Second } from './parts/s3-second.ts';
import { registry } from './parts/registry.ts';
import { semgrep } from './parts/semgrep.ts';
import { trivy } from './parts/trivy.ts';

/** Every part of the test bed. A new part is one file in `parts/` and one line here. */
export const parts = [
  engine,
  busybox,
  debian,
  node,
  podman,
  postgres,
  postgresImage,
  s3,
  s3Second,
  git,
  semgrep,
  trivy,
  registry,
  spareEngine,
] as const;

/** The facts of each part, by its name. */
export type PartFacts = {
  [P in (typeof parts)[number] as P['name']]: NonNullable<Awaited<ReturnType<P['check']>>>;
};

export type PartName = keyof PartFacts;
