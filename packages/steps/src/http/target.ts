import { promises as dns } from 'node:dns';
import { isIP } from 'node:net';
import { StepFailure } from '@cicd/plugin';
import type { AddressPolicy } from './address-policy.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Every address of a name. */
export type Lookup = (host: string) => Promise<readonly ResolvedAddress[]>;

export const systemLookup: Lookup = (host) => dns.lookup(host, { all: true });

/** Where a request goes: the address that was judged, not the name. */
export interface Target {
  readonly url: URL;
  readonly addresses: readonly ResolvedAddress[];
}

export interface Guard {
  readonly policy: AddressPolicy;
  readonly lookup: Lookup;
}

/**
 * Resolves the name of a URL once, and judges what it leads to: a name with one address that is refused is refused.
 * Errors: `http.url_refused`, `http.host_unknown`, `http.address_refused`.
 */
export async function resolveTarget(text: string | URL, guard: Guard): Promise<Target> {
  const url = readUrl(text);
  // The parser has turned every other form of an IPv4 address (decimal, octal, hexadecimal, short) into the usual one.
  return { url, addresses: await judgeHost(url.hostname.replace(/^\[|\]$/g, ''), guard) };
}

/**
 * The addresses of a host, when every one of them may be called. Whoever connects is to connect to these, not to the name.
 * Errors: `http.host_unknown`, `http.address_refused`.
 */
export async function judgeHost(host: string, { policy, lookup }: Guard): Promise<readonly ResolvedAddress[]> {
  const addresses = await addressesOf(host, lookup);
  for (const { address } of addresses) {
    const reason = policy.refusal(host, address);
    if (reason === undefined) continue;
    throw new StepFailure({
      code: 'http.address_refused',
      message: `${host} leads to ${address === host ? '' : `${address}, `}${reason}`,
      hint: 'Steps reach public addresses, and those that the operator lists under `network.allowed`.',
      details: { host, address },
    });
  }
  return addresses;
}

function readUrl(text: string | URL): URL {
  const refuse = (why: string, hint: string): never => {
    throw new StepFailure({ code: 'http.url_refused', message: `the URL ${why}`, hint });
  };
  const url = URL.canParse(String(text)) ? new URL(text) : refuse('cannot be read', 'Write https://host/path.');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return refuse(`begins with ${url.protocol}`, 'Write https:// or http://.');
  if (url.username !== '' || url.password !== '')
    return refuse('holds a user name or a password', 'Write them into an `authorization` header.');
  return url;
}

async function addressesOf(host: string, lookup: Lookup): Promise<readonly ResolvedAddress[]> {
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  let cause: unknown;
  try {
    const found = await lookup(host);
    if (found.length > 0) return found;
  } catch (error) {
    cause = error;
  }
  throw new StepFailure({
    code: 'http.host_unknown',
    message: `the name ${host} has no address`,
    hint: 'Look for a spelling mistake; from this machine it must be resolvable.',
    cause,
  });
}
