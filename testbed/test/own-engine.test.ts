import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { directoriesOf } from '../src/directories.ts';
import { addressesOf, chooseRange, routedPrefixes } from '../src/engine/address-range.ts';
import { enginePlaces } from '../src/engine/places.ts';
import { mountsUnder } from '../src/engine/own-engine-removal.ts';
import { familyOf, otherDaemonRuns, ownDaemon } from '../src/engine/process-table.ts';

describe('where the engine is', () => {
  it('differs between checkouts and stays within the room of a socket path', () => {
    const socketOf = (root: string) => enginePlaces(directoriesOf({}, root)).socket;
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^\/[a-z/]{0,300}$/), { minLength: 2, maxLength: 2, selector: plain }),
        ([a, b]) => {
          expect(socketOf(a as string)).not.toBe(socketOf(b as string));
          expect(socketOf(a as string).length).toBeLessThan(108);
        },
      ),
    );
  });
});

const plain = (folder: string) => folder.replaceAll(/\/+/g, '/').replace(/\/$/, '');

describe('chooseRange', () => {
  it('never takes a range that is in use', () => {
    const identity = fc.stringMatching(/^[0-9a-f]{8}$/);
    const used = fc.uniqueArray(fc.integer({ min: 100, max: 199 }), { maxLength: 99 });
    fc.assert(
      fc.property(identity, used, (who, numbers) => {
        const taken = new Set(numbers.map((number) => `10.${number}`));
        const { pool, bridge } = chooseRange(who, taken);
        const prefix = pool.replace('.0.0/16', '');
        expect(taken.has(prefix)).toBe(false);
        expect(prefix).toMatch(/^10\.1\d\d$/);
        expect(bridge).toBe(`${prefix}.0.1/20`);
      }),
    );
  });

  it('says so when all are in use', () => {
    const all = new Set(Array.from({ length: 100 }, (_, index) => `10.${100 + index}`));
    expect(() => chooseRange('00000000', all)).toThrow('in use');
  });
});

describe('routedPrefixes', () => {
  it('reads the little-endian destinations of the route table', () => {
    const table = 'Iface\tDestination\tGateway\neth0\t00000000\t010200C0\neth0\t000200C0\t00000000\nbr\t0000810A\t0\n';
    expect(routedPrefixes(table)).toEqual(new Set(['0.0', '192.0', '10.129']));
  });
});

describe('addressesOf', () => {
  it('reads every link with its address', () => {
    const printed = [
      '1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever',
      '9: br-c02663deb3ef    inet 10.169.16.1/26 brd 10.169.16.63 scope global br-c02663deb3ef',
    ].join('\n');
    expect(addressesOf(printed)).toEqual([
      { link: 'lo', address: '127.0.0.1/8' },
      { link: 'br-c02663deb3ef', address: '10.169.16.1/26' },
    ]);
  });
});

describe('the process table', () => {
  const runtime = '/run/cicd-testbed-aaaaaaaa';
  const ours = { id: 10, parent: 1, command: `dockerd --host=unix://${runtime}/engine.sock` };
  const theirs = { id: 20, parent: 1, command: '/usr/bin/dockerd -H fd://' };
  const longer = { id: 30, parent: 1, command: `dockerd --host=unix://${runtime}b/engine.sock` };

  it('tells the own daemon from others, also from one with a longer name', () => {
    expect(ownDaemon([theirs, longer, ours], runtime)).toBe(ours);
    expect(ownDaemon([theirs, longer], runtime)).toBeUndefined();
    expect(otherDaemonRuns([ours], runtime)).toBe(false);
    expect(otherDaemonRuns([ours, longer], runtime)).toBe(true);
  });

  it('finds all that runs under the engine and nothing else', () => {
    const shim = {
      id: 11,
      parent: 1,
      command: `/usr/bin/containerd-shim-runc-v2 -address ${runtime}/engine/containerd.sock`,
    };
    const init = { id: 12, parent: 11, command: 'sleep 1000' };
    const child = { id: 13, parent: 12, command: 'sh' };
    const reader = { id: 40, parent: 1, command: `tail -f ${runtime}/engine.log` };
    expect(familyOf([child, init, theirs, shim, reader, ours], runtime)).toEqual([shim, ours, init, child]);
  });
});

describe('mountsUnder', () => {
  it('lists mounts in the folders, the deepest first, and no look-alikes', () => {
    const mounts = ['overlay /a/data/merged overlay', 'tmpfs /a tmpfs', 'nsfs /ab/net nsfs', 'x /a\\040b x', ''].join(
      '\n',
    );
    expect(mountsUnder(mounts, ['/a'])).toEqual(['/a/data/merged', '/a']);
    expect(mountsUnder(mounts, ['/a b'])).toEqual(['/a b']);
  });
});
