import type { Readable } from 'node:stream';

/** What a scanner goes by: one rule pack or database, as it was when it was asked for. */
export interface KnowledgeCopy {
  readonly name: string;
  /** Changes with the content: a digest, `sha256:…`. */
  readonly version: string;
  /** ISO 8601: how old it is. */
  readonly updatedAt: string;
  /** A tar archive of its files. */
  archive(): Promise<Readable>;
}

/**
 * Rule packs (`p/owasp-top-ten`) and vulnerability databases (`trivy`, `grype`) that the platform keeps for scanners, which
 * themselves reach no network.
 */
export interface ScannerKnowledge {
  /** Undefined where there is none of that name. */
  get(name: string): Promise<KnowledgeCopy | undefined>;
  /** Where people put what is missing, for a hint. */
  readonly place?: string;
}

export const noKnowledge: ScannerKnowledge = { get: () => Promise.resolve(undefined) };
