export { portsOfSettings } from './ports-of-settings.ts';
export { readSettings } from './read-settings.ts';
