import type { AnyStepDefinition } from '@cicd/plugin';
import { scanContainer } from './scan-container.ts';
import { scanDeps } from './scan-deps.ts';
import { scanSast } from './scan-sast.ts';

/** Every step of this package, as a registry takes them. */
export const scanSteps: readonly AnyStepDefinition[] = [scanSast, scanContainer, scanDeps];
