import type { Artifact, ArtifactMetadata } from '@cicd/plugin';

/** What is known of a content once it has been read. */
export interface Measured {
  /** Bytes. */
  readonly size: number;
  /** SHA-256, lower-case hexadecimal. */
  readonly checksum: string;
}

/** The artifact, from what its writer says and what was measured. Asks for the metadata: call it once, at the source's end. */
export function sealArtifact(
  key: string,
  metadata: ArtifactMetadata | (() => ArtifactMetadata),
  measured: Measured,
  now: number,
): Artifact {
  const said = typeof metadata === 'function' ? metadata() : metadata;
  return { kind: 'file', files: 1, ...said, key, createdAt: new Date(now).toISOString(), ...measured };
}
