import { createHash } from 'node:crypto';
import type { ProcessKey } from '@cicd/plugin';

export const labels = {
  instance: 'cicd.instance',
  run: 'cicd.run',
  step: 'cicd.step',
  attempt: 'cicd.attempt',
  /** A `Role`. */
  role: 'cicd.role',
  /** The name of a service. */
  service: 'cicd.service',
  /** The name of a copy of the workspace. */
  copy: 'cicd.copy',
} as const;

export type Role = 'process' | 'workspace' | 'archive' | 'namespace' | 'network' | 'service' | 'services';

/** Engine names allow letters, digits and `_.-`; anything else is written as its code point between underscores. */
const safe = (part: string): string =>
  part.replace(/[^A-Za-z0-9.-]/gu, (character) => `_${character.codePointAt(0)?.toString(16)}_`);

/** A volume's name is a folder of the engine, and file systems take 255 bytes. */
const longestCopy = 120;

const shortened = (copy: string): string =>
  copy.length <= longestCopy
    ? copy
    : `${copy.slice(0, longestCopy - 65)}.${createHash('sha256').update(copy).digest('hex')}`;

/** Every name of an instance, of a run and of a process: the same for the same, so that a second creation fails. */
export const names = {
  network: (instance: string): string => `cicd-${safe(instance)}`,
  workspace: (instance: string, run: string, copy = ''): string =>
    `cicd-${safe(instance)}-${safe(run)}${copy === '' ? '' : `.${safe(shortened(copy))}`}`,
  process: (instance: string, run: string, key: ProcessKey): string =>
    `cicd-${safe(instance)}-${safe(run)}-${safe(key.step)}-${key.attempt}`,
  /** The network of a process and its services. */
  services: (process: string): string => `${process}.services`,
  service: (process: string, name: string): string => `${process}.service-${safe(name)}`,
  /** The never-started container through which archives go into a volume and out. */
  archive: (volume: string): string => `${volume}.archive`,
  /** A container that holds a network namespace of a run. */
  namespace: (instance: string, run: string, number: number): string =>
    `cicd-${safe(instance)}-${safe(run)}.namespace-${number}`,
} as const;

/** A `filters` query of the engine: everything that carries these labels. */
export const labelled = (wanted: Readonly<Record<string, string>>): string =>
  JSON.stringify({ label: Object.entries(wanted).map(([name, value]) => `${name}=${value}`) });
