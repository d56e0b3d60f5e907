import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Says why an address may not be called, or nothing. */
export interface AddressPolicy {
  /** `host`: as the URL names it, without brackets. */
  refusal(host: string, address: string): string | undefined;
}

/** The only part of IPv6 that is given out: https://www.iana.org/assignments/ipv6-address-space. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** Public by its number, and yet the machine's own host: Azure's metadata and agent endpoint. */
const metadata = ['168.63.129.16'];

const rangeNames: Readonly<Record<string, string>> = {
  loopback: 'this machine itself',
  private: 'a private network',
  uniqueLocal: 'a private network',
  linkLocal: 'the local link, where clouds keep their metadata',
  carrierGradeNat: 'the network of a provider',
  multicast: 'a group of machines',
  broadcast: 'a group of machines',
  unspecified: 'no address',
  ipv4Mapped: 'an IPv4 address in disguise',
  rfc6052: 'an IPv4 address in disguise',
  rfc6145: 'an IPv4 address in disguise',
  '6to4': 'an IPv4 address in disguise',
  teredo: 'an IPv4 address in disguise',
};

/** Only addresses of the public Internet, and what the operator allows: host names, addresses, CIDRs. */
export function createAddressPolicy(allowed: readonly string[]): AddressPolicy {
  const names = new Set(allowed.map((each) => each.toLowerCase()));
  const networks = allowed.flatMap((each) => {
    if (ipaddr.isValidCIDR(each)) return [ipaddr.parseCIDR(each)];
    return isWholeAddress(each) ? [ipaddr.parseCIDR(`${each}/${each.includes(':') ? 128 : 32}`)] : [];
  });
  return {
    refusal(host, address) {
      if (names.has(host.toLowerCase().replace(/\.$/, ''))) return undefined;
      // What cannot be read cannot be judged.
      if (!ipaddr.isValid(address)) return 'no address';
      const parsed = ipaddr.parse(address);
      if (networks.some((network) => isWithin(parsed, network))) return undefined;
      return refusalOf(parsed, address);
    },
  };
}

const isWholeAddress = (text: string) => ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);

function isWithin(address: Address, [network, bits]: [Address, number]): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

function refusalOf(parsed: Address, address: string): string | undefined {
  const range = parsed.range();
  if (range !== 'unicast') return rangeNames[range] ?? 'a reserved network';
  if (metadata.includes(address)) return 'the metadata of a cloud';
  if (parsed.kind() === 'ipv6' && !isWithin(parsed, globalUnicast)) return 'a reserved network';
  return undefined;
}
