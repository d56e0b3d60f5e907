/** A URL that means somebody inside, the address that it leads to, and what a name server says of its name. */
export interface HostileAddress {
  readonly url: string;
  readonly leadsTo: string;
  readonly dns?: readonly string[];
}

const written = (leadsTo: string, ...hosts: readonly string[]): HostileAddress[] =>
  hosts.map((host) => ({ url: `http://${host}/`, leadsTo }));

const named = (name: string, leadsTo: string, dns: readonly string[] = [leadsTo]): HostileAddress => ({
  url: `https://${name}/`,
  leadsTo,
  dns,
});

/** Each form that a way around the guard has been found with, here or elsewhere. */
export const hostileAddresses: readonly HostileAddress[] = [
  // This machine, as numbers of every base and length.
  ...written(
    '127.0.0.1',
    '127.0.0.1',
    '127.0.0.1.',
    '127.1',
    '127.0.1',
    '2130706433',
    '017700000001',
    '0x7f000001',
    '0X7F000001',
    '0x7f.0x0.0x0.0x1',
    '0177.0.0.1',
    '0177.0000.0000.0001',
    '127.0x0.0.01',
    '0x7f.1',
    '%31%32%37.0.0.1',
    '１２７.０.０.１',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '127.0.0.1:80',
  ),
  ...written('127.0.0.53', '127.0.0.53', '0x7f000035'),
  ...written('127.255.255.254', '127.255.255.254'),
  ...written('0.0.0.0', '0.0.0.0', '0', '0x0', '0.0'),
  ...written('0.1.2.3', '0.1.2.3'),
  // Private and shared networks.
  ...written('10.0.0.1', '10.0.0.1', '0xa000001', '012.0.0.1', '167772161'),
  ...written('172.16.0.1', '172.16.0.1', '0xac100001'),
  ...written('172.31.255.255', '172.31.255.255'),
  ...written('192.168.0.1', '192.168.0.1', '192.168.1', '3232235521', '0xc0.0xa8.0.1'),
  ...written('100.64.0.1', '100.64.0.1'),
  ...written('198.18.0.1', '198.18.0.1'),
  ...written('192.0.0.1', '192.0.0.1'),
  ...written('192.0.2.1', '192.0.2.1'),
  ...written('198.51.100.1', '198.51.100.1'),
  ...written('203.0.113.1', '203.0.113.1'),
  ...written('240.0.0.1', '240.0.0.1'),
  ...written('255.255.255.255', '255.255.255.255', '4294967295'),
  ...written('224.0.0.1', '224.0.0.1'),
  ...written('239.255.255.250', '239.255.255.250'),
  // Metadata of clouds.
  ...written('169.254.169.254', '169.254.169.254', '2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '169.254.43518'),
  ...written('169.254.170.2', '169.254.170.2'),
  ...written('100.100.100.200', '100.100.100.200'),
  ...written('192.0.0.192', '192.0.0.192'),
  ...written('168.63.129.16', '168.63.129.16', '0xa83f8110'),
  ...written('fd00:ec2::254', '[fd00:ec2::254]'),
  // IPv6, and IPv4 inside of it.
  ...written('::1', '[::1]', '[0:0:0:0:0:0:0:1]', '[0000::0001]'),
  ...written('::', '[::]', '[0::0]'),
  ...written(
    '::ffff:7f00:1',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:ffff:127.0.0.1]',
    '[::FFFF:127.0.0.1]',
  ),
  ...written('::ffff:a9fe:a9fe', '[::ffff:169.254.169.254]'),
  ...written('::7f00:1', '[::127.0.0.1]', '[::7f00:1]'),
  ...written('::ffff:0:7f00:1', '[::ffff:0:127.0.0.1]'),
  ...written('64:ff9b::a9fe:a9fe', '[64:ff9b::169.254.169.254]', '[64:ff9b::a9fe:a9fe]'),
  ...written('64:ff9b:1::a00:1', '[64:ff9b:1::10.0.0.1]'),
  ...written('2002:7f00:1::', '[2002:7f00:1::]'),
  ...written('2002:a9fe:a9fe::1', '[2002:a9fe:a9fe::1]'),
  ...written('2001:0:1::1', '[2001:0:1::1]'),
  ...written('2001:db8::1', '[2001:db8::1]'),
  ...written('fe80::1', '[fe80::1]'),
  ...written('febf::1', '[febf::1]'),
  ...written('fec0::1', '[fec0::1]'),
  ...written('fc00::1', '[fc00::1]'),
  ...written('fdff::1', '[fdff::1]'),
  ...written('ff02::1', '[ff02::1]'),
  ...written('100::1', '[100::1]'),
  ...written('4000::1', '[4000::1]'),
  // Names that a stranger's name server answers for.
  named('localhost', '127.0.0.1'),
  named('LOCALHOST.', '::1'),
  named('metadata.google.internal', '169.254.169.254'),
  named('127.0.0.1.nip.example', '127.0.0.1'),
  named('intranet', '10.1.2.3'),
  named('mapped.example', '::ffff:127.0.0.1'),
  named('mapped.example', '::ffff:10.0.0.1'),
  named('nat64.example', '64:ff9b::7f00:1'),
  named('one-of-two.example', '192.168.7.7', ['93.184.215.14', '192.168.7.7']),
  named('one-of-two.example', 'fd12::1', ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', 'fd12::1']),
  named('scoped.example', 'fe80::1%eth0'),
  named('unspecified.example', '0.0.0.0'),
];
