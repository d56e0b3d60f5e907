export { checkSecret } from './check-secret.ts';
export { createMasker } from './create-masker.ts';
export type { Masker } from './masker.ts';
