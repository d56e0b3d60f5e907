export type { ArtifactPlace } from './artifacts-in-bucket.ts';
export { portsOfSettings, type SettingsPorts } from './ports-of-settings.ts';
export { readSettings } from './read-settings.ts';
