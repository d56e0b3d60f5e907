import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { describeSandbox } from '@cicd/plugin/testing';
import { createProcessDriver } from '../../src/process/index.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'cicd-processes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeSandbox(
  'process',
  { describe, it, beforeAll, afterAll },
  { driver: (instance) => createProcessDriver({ folder, instance }) },
);
