import type { Readable } from 'node:stream';

/** What an image is built of. */
export interface ImageBuild {
  /**
   * A tar stream of the context, names relative to it (`src/main.js`), `.dockerignore` applied already: what is in it,
   * the Dockerfile can copy. Read once, never held whole; closed when the build ends.
   */
  readonly context: Readable;
  /** A path in the context. */
  readonly dockerfile: string;
  /** Names that the image gets when it is complete. */
  readonly tags?: readonly string[];
  /** Values of `ARG`. They stay in the image's history: no secrets. */
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Images whose layers may be used again, where they were built with the cache's notes inside. */
  readonly cacheFrom?: readonly string[];
  /** The stage to build. Default: the last one. */
  readonly target?: string;
  /** `linux/arm64`. Default: the engine's own. */
  readonly platform?: string;
  /**
   * Contents by id, for `RUN --mount=type=secret,id=…`. They are in memory while an instruction asks for them, and
   * never in a layer or in the history.
   */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Whether base images are asked for anew. Default false. */
  readonly pull?: boolean;
  /** Whether every instruction is performed again. Default false. */
  readonly noCache?: boolean;
}

/** What a build tells while it works. The next word waits until a promise is kept: a build never outruns its log. */
export type ImageBuildEvent =
  | {
      readonly kind: 'instruction';
      /** The same for everything about one instruction. */
      readonly id: string;
      /** `[build 2/4] RUN npm ci` */
      readonly name: string;
      readonly state: 'started' | 'cached' | 'done' | 'failed';
      /** Milliseconds, when it is done. */
      readonly duration?: number;
    }
  | {
      readonly kind: 'output';
      readonly id: string;
      readonly name: string;
      readonly stream: 'stdout' | 'stderr';
      readonly data: Uint8Array;
    };

export interface ImageBuildOptions {
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: ImageBuildEvent) => void | Promise<void>;
}

export interface BuiltImage {
  readonly id: string;
  /** Of its manifest, where the engine makes one before a push: `sha256:…`. */
  readonly digest?: string;
  /** Bytes, unpacked. */
  readonly size: number;
  /** Instructions that were not performed because their result was there. */
  readonly cachedSteps: number;
}
