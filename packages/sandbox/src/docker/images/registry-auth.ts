/** Credentials of a registry, as the Engine API takes them. */
export interface RegistryAuth {
  readonly username?: string;
  readonly password?: string;
  /** A token in the place of name and password. */
  readonly identitytoken?: string;
  readonly serveraddress?: string;
}

/** The credentials for an image reference, where there are any. */
export type RegistryAuthSource = (reference: string) => RegistryAuth | undefined | Promise<RegistryAuth | undefined>;

/** The host of an image reference. https://github.com/distribution/reference */
export function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
}

export const registryHeader = (auth: RegistryAuth): string => Buffer.from(JSON.stringify(auth)).toString('base64url');
