/** The addresses of one engine: a /16 that nothing else on the machine uses. */
export interface AddressRange {
  /** All of it, as given to the engine's pool. */
  readonly pool: string;
  /** The bridge's own address, with the length of its network. */
  readonly bridge: string;
}

const FIRST = 100;
const COUNT = 100;

/**
 * A range from 10.100.0.0/16 to 10.199.0.0/16. The identity says where to look first, so that two beds rarely
 * meet; `used` are IPv4 networks that the machine routes or owns, as first two numbers ("10.129").
 */
export function chooseRange(identity: string, used: ReadonlySet<string>): AddressRange {
  const start = Number.parseInt(identity, 16) % COUNT;
  for (let offset = 0; offset < COUNT; offset++) {
    const prefix = `10.${FIRST + ((start + offset) % COUNT)}`;
    if (!used.has(prefix)) return { pool: `${prefix}.0.0/16`, bridge: `${prefix}.0.1/20` };
  }
  throw new Error('Every range from 10.100.0.0/16 to 10.199.0.0/16 is in use.');
}

/** An IPv4 address that a network link of the machine has, also one that is down. */
export interface LinkAddress {
  readonly link: string;
  readonly address: string;
}

/** Reads what `ip -4 -oneline address show` printed. */
export function addressesOf(printed: string): LinkAddress[] {
  return [...printed.matchAll(/^\d+: (\S+)\s+inet (\S+)/gm)].map(([, link = '', address = '']) => ({ link, address }));
}

/** The first two numbers of an address, which tell one range from another. */
export const prefixOf = (address: string): string => address.split('.', 2).join('.');

/** The first two numbers of every network in /proc/net/route, whose destinations are little-endian hexadecimal. */
export function routedPrefixes(routes: string): Set<string> {
  const rows = routes
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t')[1] ?? '');
  return new Set(rows.filter((row) => /^[0-9A-F]{8}$/i.test(row)).map((row) => `${byte(row, 6)}.${byte(row, 4)}`));
}

const byte = (text: string, at: number) => Number.parseInt(text.slice(at, at + 2), 16);
