import { unsupported } from '../sandbox/process-check.ts';
import type { Images } from './images.ts';

/** Of a sandbox that has no images: every operation is `sandbox.unsupported`. */
export function noImages(driver: string): Images {
  const refuse = async (): Promise<never> => {
    throw unsupported(driver, 'images');
  };
  return {
    async build({ context }) {
      context.destroy();
      return refuse();
    },
    tag: refuse,
    push: refuse,
    pull: refuse,
    export: refuse,
    inspect: refuse,
  };
}
