export { createProcessDriver, type ProcessDriverOptions } from './process-driver.ts';
