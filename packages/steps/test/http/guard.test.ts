import { isIP } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { createAddressPolicy } from '../../src/http/address-policy.ts';
import { resolveTarget, type Lookup } from '../../src/http/target.ts';
import { hostileAddresses } from './hostile-addresses.ts';

const answering =
  (dns: readonly string[] = []): Lookup =>
  () =>
    Promise.resolve(dns.map((address) => ({ address, family: isIP(address) })));
const guard = (allowed: readonly string[], dns?: readonly string[]) => ({
  policy: createAddressPolicy(allowed),
  lookup: answering(dns),
});
const everywhere = ['0.0.0.0/0', '::/0'];

describe('the guard', () => {
  it('knows more than sixty ways inside', () => {
    expect(hostileAddresses.length).toBeGreaterThan(60);
  });

  it.each(hostileAddresses)('refuses $url, which leads to $leadsTo', async ({ url, leadsTo, dns }) => {
    await expect(resolveTarget(url, guard([], dns))).rejects.toMatchObject({
      code: 'http.address_refused',
      details: { address: leadsTo },
    });
  });

  it.each(hostileAddresses)('is what keeps $url from $leadsTo', async ({ url, leadsTo, dns }) => {
    const { addresses } = await resolveTarget(url, guard(everywhere, dns));
    expect(addresses.map(({ address }) => address)).toContain(leadsTo);
  });

  it.each([
    'file:///etc/passwd',
    'gopher://127.0.0.1:6379/_INFO',
    'ftp://10.0.0.1/',
    'data:text/plain,hello',
    'javascript:alert(1)',
    'unix:/var/run/docker.sock',
    'ws://127.0.0.1/',
    'http://',
    'http://[::1%25eth0]/',
    'http://[fe80::1%eth0]/',
    'http://256.256.256.256/',
    'http://127.0.0.1@/',
    'http://user:password@example.com/',
    'http://token@example.com/',
    '//example.com/',
    'example.com',
    '',
  ])('refuses %j whatever is allowed', async (url) => {
    await expect(resolveTarget(url, guard(everywhere, ['93.184.215.14']))).rejects.toMatchObject({
      code: 'http.url_refused',
    });
  });

  it.each([
    ['http://93.184.215.14/', undefined],
    ['https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/', undefined],
    ['https://example.com/', ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c']],
    ['http://172.15.0.1/', undefined],
    ['http://172.32.0.1/', undefined],
    ['http://100.63.0.1/', undefined],
    ['http://223.255.255.254/', undefined],
    ['http://11.0.0.1:8080/', undefined],
  ])('lets %s through', async (url, dns) => {
    await expect(resolveTarget(url, guard([], dns))).resolves.toMatchObject({ url: { href: url } });
  });

  it('lets through what the operator names, and nothing beside it', async () => {
    const allowed = ['build.internal', '10.1.0.0/16', '192.168.0.7', 'fd00:1::/32'];
    const passes = (url: string, dns?: readonly string[]) =>
      expect(resolveTarget(url, guard(allowed, dns))).resolves.toBeDefined();
    const fails = (url: string, dns?: readonly string[]) =>
      expect(resolveTarget(url, guard(allowed, dns))).rejects.toMatchObject({ code: 'http.address_refused' });
    await passes('http://build.internal/', ['127.0.0.1']);
    await passes('http://BUILD.internal./', ['127.0.0.1']);
    await passes('http://10.1.2.3/');
    await passes('http://192.168.0.7/');
    await passes('http://[fd00:1::2]/');
    await passes('http://other.internal/', ['10.1.2.3']);
    await fails('http://x.build.internal/', ['127.0.0.1']);
    await fails('http://10.2.0.1/');
    await fails('http://192.168.0.8/');
    await fails('http://[fd00:2::2]/');
    await fails('http://[::ffff:10.1.2.3]/');
    await fails('http://other.internal/', ['10.1.2.3', '10.2.0.1']);
  });

  it('tells a name that nobody knows', async () => {
    const lookup: Lookup = () => Promise.reject(new Error('ENOTFOUND'));
    const policy = createAddressPolicy([]);
    await expect(resolveTarget('http://nobody.example/', { policy, lookup })).rejects.toMatchObject({
      code: 'http.host_unknown',
    });
    await expect(resolveTarget('http://nobody.example/', guard([]))).rejects.toMatchObject({
      code: 'http.host_unknown',
    });
  });
});
