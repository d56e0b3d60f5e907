import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Bed } from '../bed.ts';
import {
  addressesOf,
  chooseRange,
  prefixOf,
  routedPrefixes,
  type AddressRange,
  type LinkAddress,
} from './address-range.ts';
import { firewallCleanup, rulesBesideAnotherEngine } from './firewall.ts';
import { otherDaemonRuns, readProcesses } from './process-table.ts';

const FORWARDING = '/proc/sys/net/ipv4/ip_forward';

/** The network of an own engine, remembered as long as it exists: until a reboot or the engine's removal. */
export interface EngineNetwork {
  readonly bridge: string;
  readonly range: AddressRange;
  /** What the kernel's forwarding switch said before us. */
  readonly forwardingBefore: string;
}

/** How the engine treats the firewall, decided anew at each of its starts. */
export interface Firewall {
  /** The folder that holds a working `iptables`, to be searched first; `undefined` when the usual one works. */
  readonly folder: string | undefined;
  /** False when another engine runs here, whose rules an engine's start would tear down. */
  readonly managedByEngine: boolean;
}

function readNetwork(bed: Bed): EngineNetwork | undefined {
  const file = networkFile(bed);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as EngineNetwork) : undefined;
}

/** Makes the bridge and opens the firewall as far as the engine does not do it. */
export async function prepareNetwork(bed: Bed): Promise<{ network: EngineNetwork; firewall: Firewall }> {
  const network = readNetwork(bed) ?? chooseNetwork(bed, await readAddresses(bed));
  writeFileSync(networkFile(bed), JSON.stringify(network, null, 2));
  // An engine that finds forwarding off also closes the machine's FORWARD chain; so it is on before the engine looks.
  writeFileSync(FORWARDING, '1');
  const { bridge, range } = network;
  if (!existsSync(`/sys/class/net/${bridge}`)) {
    await bed.run('ip', ['link', 'add', 'name', bridge, 'type', 'bridge']);
    await bed.run('ip', ['address', 'add', range.bridge, 'dev', bridge]);
  }
  await bed.run('ip', ['link', 'set', bridge, 'up']);
  const firewall: Firewall = {
    folder: await firewallFolder(bed),
    managedByEngine: !otherDaemonRuns(readProcesses(), bed.directories.runtime),
  };
  await removeRules(bed, network, firewall.folder);
  if (!firewall.managedByEngine) {
    for (const rule of rulesBesideAnotherEngine(range.pool)) await iptables(bed, firewall.folder, rule);
  }
  return { network, firewall };
}

/** Removes bridges, rules and, when no other engine needs it, forwarding. */
export async function removeNetwork(bed: Bed): Promise<void> {
  const network = readNetwork(bed);
  if (network === undefined) return;
  const links = bridgesIn(network, await readAddresses(bed));
  await removeRules(bed, network, await firewallFolder(bed));
  for (const link of links) await bed.attempt('ip', ['link', 'delete', link]);
  if (!otherDaemonRuns(readProcesses(), bed.directories.runtime)) writeFileSync(FORWARDING, network.forwardingBefore);
}

async function removeRules(bed: Bed, network: EngineNetwork, folder: string | undefined): Promise<void> {
  const saved = await bed.attempt(path.join(folder ?? '', 'iptables-save'), []);
  const alone = !otherDaemonRuns(readProcesses(), bed.directories.runtime);
  const owner = { pool: network.range.pool, links: bridgesIn(network, await readAddresses(bed)) };
  for (const change of firewallCleanup(saved.stdout, owner, alone)) await iptables(bed, folder, change);
}

function chooseNetwork(bed: Bed, addresses: readonly LinkAddress[]): EngineNetwork {
  const { identity } = bed.directories;
  const routed = routedPrefixes(readFileSync('/proc/net/route', 'utf8'));
  const used = new Set([...routed, ...addresses.map(({ address }) => prefixOf(address))]);
  return {
    bridge: `cicd-${identity}`,
    range: chooseRange(identity, used),
    forwardingBefore: readFileSync(FORWARDING, 'utf8').trim(),
  };
}

/** The engine's own bridge and those of networks that it was not given time to remove. */
function bridgesIn({ bridge, range }: EngineNetwork, addresses: readonly LinkAddress[]): string[] {
  const inRange = addresses.filter(({ address }) => prefixOf(address) === prefixOf(range.pool));
  return [...new Set([bridge, ...inRange.map(({ link }) => link)])].filter((link) =>
    existsSync(`/sys/class/net/${link}`),
  );
}

async function readAddresses(bed: Bed): Promise<LinkAddress[]> {
  return addressesOf(await bed.run('ip', ['-4', '-oneline', 'address', 'show']));
}

/** Some kernels have only one of the two firewall interfaces, and the usual `iptables` may be the other's. */
async function firewallFolder(bed: Bed): Promise<string | undefined> {
  if ((await bed.attempt('iptables', ['-t', 'nat', '-S'])).exitCode === 0) return undefined;
  if ((await bed.attempt('iptables-legacy', ['-t', 'nat', '-S'])).exitCode !== 0) return undefined;
  const folder = path.join(bed.directories.runtime, 'firewall');
  await bed.run('mkdir', ['-p', folder]);
  for (const name of ['iptables', 'iptables-save', 'iptables-restore', 'ip6tables', 'ip6tables-save']) {
    await bed.run('ln', ['-sf', `/usr/sbin/${name.replace('tables', 'tables-legacy')}`, path.join(folder, name)]);
  }
  return folder;
}

async function iptables(bed: Bed, folder: string | undefined, words: readonly string[]): Promise<void> {
  // A rule that is gone already is what we want.
  await bed.attempt(path.join(folder ?? '', 'iptables'), ['--wait', ...words]);
}

const networkFile = (bed: Bed) => path.join(bed.directories.runtime, 'network.json');
