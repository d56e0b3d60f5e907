import type { Readable } from 'node:stream';
import type { ImageBuild, ImageBuildOptions, BuiltImage } from './image-build.ts';

/** What is known of an image that is there. */
export interface ImageDetails {
  /** What the engine calls it, whatever its names are: `sha256:…`. */
  readonly id: string;
  /** Its names: `shop:1.4`. */
  readonly tags: readonly string[];
  /** By what registries know it: `registry.example.com/shop@sha256:…`. */
  readonly digests: readonly string[];
  /** Bytes, unpacked. */
  readonly size: number;
  /** `linux/amd64` */
  readonly platform: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The image's own program and arguments; empty where it names none. */
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** Where its program begins; `/` where it says nothing. */
  readonly workDir: string;
}

/** For who pushes or pulls: neither argv, log nor database sees them. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

export interface TransferOptions {
  /** Default: what the driver was given for the registry, if anything. */
  readonly credentials?: RegistryCredentials;
  readonly signal?: AbortSignal;
  /** One line for each layer, a few times each. */
  readonly onProgress?: (message: string) => void;
}

export interface PushedImage {
  /** Of the manifest, `sha256:…`: by it the registry gives out exactly these bytes. */
  readonly digest: string;
}

/**
 * The images where processes run. References are Docker's (`shop`, `registry.example.com:5000/shop:1.4`,
 * `shop@sha256:…`) or ids. Errors of all operations: `image.reference_invalid`; those of the engine, retryable; what
 * aborted the signal.
 */
export interface Images {
  /** Errors: `image.build_failed`, `image.platform_unsupported`, `sandbox.unsupported`. Nothing is tagged then. */
  build(build: ImageBuild, options?: ImageBuildOptions): Promise<BuiltImage>;
  /** Gives an image a further name, also where another one has it. Errors: `image.not_found`. */
  tag(image: string, reference: string): Promise<void>;
  /** Sends an image to the registry that its name says. Errors: `image.not_found`, `image.push_refused`. */
  push(reference: string, options?: TransferOptions): Promise<PushedImage>;
  /** Fetches an image, whether it is there or not. Errors: `sandbox.image_missing`. */
  pull(reference: string, options?: TransferOptions): Promise<ImageDetails>;
  /** A tar stream as `docker save` writes it. Errors: `image.not_found`. */
  export(image: string, options?: { readonly signal?: AbortSignal }): Promise<Readable>;
  inspect(image: string): Promise<ImageDetails | undefined>;
}
