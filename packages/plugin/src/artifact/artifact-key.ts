import { ConfigError } from '../errors/config-error.ts';

const executionIdShape = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const controlOrSurrogate = /[\p{Cc}\p{Cs}]/u;
const longestKey = 512;

/** What is wrong with an artifact key; undefined when nothing is. The rules stand at `ArtifactStore`. */
export function artifactKeyFault(key: string): string | undefined {
  const bytes = Buffer.byteLength(key);
  if (bytes === 0) return 'is empty';
  if (bytes > longestKey) return `has ${bytes} bytes, ${longestKey} are allowed`;
  if (controlOrSurrogate.test(key)) return 'holds a control character or half a surrogate pair';
  if (key.includes('\\')) return 'holds a backslash';
  const segments = key.split('/');
  if (segments.includes('')) return 'has an empty segment (a slash at an end, or two in a row)';
  if (segments.includes('.') || segments.includes('..')) return 'has a segment "." or ".."';
  return undefined;
}

/** Errors: `artifact.key_refused`. */
export function checkArtifactKey(key: string): void {
  const fault = artifactKeyFault(key);
  if (fault)
    refuse(
      `the artifact key ${JSON.stringify(key.slice(0, 80))} ${fault}`,
      'Use names split by "/", such as reports/unit.xml.',
    );
}

/** Errors: `artifact.key_refused`. */
export function checkExecutionId(executionId: string): void {
  if (!executionIdShape.test(executionId)) {
    refuse(
      `${JSON.stringify(executionId.slice(0, 80))} is not the id of an execution`,
      'Ids begin with a letter or digit; then . _ - are allowed too.',
    );
  }
}

function refuse(message: string, hint: string): never {
  throw new ConfigError({ code: 'artifact.key_refused', message, hint });
}
