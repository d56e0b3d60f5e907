import { StepFailure } from '../errors/step-failure.ts';

/** The parts of an image reference. */
export interface ImageReference {
  /** `registry.example.com:5000`; absent: the engine's default. */
  readonly registry?: string;
  /** `shop/web` */
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
}

const hostPattern = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::\d{1,5})?$/i;
const partPattern = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;
const longestName = 255;

const isHost = (first: string): boolean => /[.:]/.test(first) || first === 'localhost';

/**
 * Reads a reference by the grammar of https://github.com/distribution/reference. Errors: `image.reference_invalid`.
 */
export function parseImageReference(text: string): ImageReference {
  const [named = '', digest, ...more] = text.split('@');
  const segments = named.split('/');
  const registry = segments.length > 1 && isHost(segments[0] ?? '') ? segments.shift() : undefined;
  const last = segments.pop() ?? '';
  const colon = last.indexOf(':');
  const tag = colon === -1 ? undefined : last.slice(colon + 1);
  const path = [...segments, colon === -1 ? last : last.slice(0, colon)];
  const fault =
    more.length > 0 || (digest !== undefined && !digestPattern.test(digest))
      ? 'its digest is not sha256: and 64 hexadecimal digits'
      : registry !== undefined && !hostPattern.test(registry)
        ? 'its registry is not a host'
        : tag !== undefined && !tagPattern.test(tag)
          ? 'its tag is not made of letters, digits and `_.-`'
          : text.length > longestName + 200 ||
              !path.every((part) => part.length <= longestName && partPattern.test(part))
            ? 'its name is not made of lower-case letters and digits, with single `.`, `_` or `-` between them'
            : undefined;
  if (fault !== undefined) throw invalid(text, fault);
  return {
    ...(registry !== undefined && { registry }),
    repository: path.join('/'),
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}

/** `registry.example.com/shop:1.4`; without a tag and a digest, `:latest`. */
export function formatImageReference({ registry, repository, tag, digest }: ImageReference): string {
  const name = registry === undefined ? repository : `${registry}/${repository}`;
  return digest === undefined ? `${name}:${tag ?? 'latest'}` : `${name}@${digest}`;
}

const invalid = (text: string, fault: string): StepFailure =>
  new StepFailure({
    code: 'image.reference_invalid',
    message: `${JSON.stringify(text.slice(0, 200))} is not the name of an image: ${fault}.`,
    hint: 'Write [REGISTRY/]NAME[:TAG], such as registry.example.com/shop:1.4.',
  });
