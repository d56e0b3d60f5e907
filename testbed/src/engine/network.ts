import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import type { Bed } from '../bed.ts';
import { chooseRange, routedPrefixes, type AddressRange } from './address-range.ts';
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
  const network = readNetwork(bed) ?? chooseNetwork(bed);
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
  const links = bridgesIn(network);
  await removeRules(bed, network, await firewallFolder(bed));
  for (const link of links) await bed.attempt('ip', ['link', 'delete', link]);
  if (!otherDaemonRuns(readProcesses(), bed.directories.runtime)) writeFileSync(FORWARDING, network.forwardingBefore);
}

async function removeRules(bed: Bed, network: EngineNetwork, folder: string | undefined): Promise<void> {
  const saved = await bed.attempt(path.join(folder ?? '', 'iptables-save'), []);
  const alone = !otherDaemonRuns(readProcesses(), bed.directories.runtime);
  const owner = { pool: network.range.pool, links: bridgesIn(network) };
  for (const change of firewallCleanup(saved.stdout, owner, alone)) await iptables(bed, folder, change);
}

function chooseNetwork(bed: Bed): EngineNetwork {
  const { identity } = bed.directories;
  const owned = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const used = new Set([
    ...routedPrefixes(readFileSync('/proc/net/route', 'utf8')),
    ...owned.map((each) => each.address.split('.', 2).join('.')),
  ]);
  return {
    bridge: `cicd-${identity}`,
    range: chooseRange(identity, used),
    forwardingBefore: readFileSync(FORWARDING, 'utf8').trim(),
  };
}

/** The engine's own bridge and those of networks that it was not given time to remove. */
function bridgesIn({ bridge, range }: EngineNetwork): string[] {
  const prefix = `${range.pool.split('.', 2).join('.')}.`;
  const found = Object.entries(networkInterfaces())
    .filter(([, addresses]) => addresses?.some((each) => each.address.startsWith(prefix)))
    .map(([name]) => name);
  return [...new Set([bridge, ...found])].filter((name) => existsSync(`/sys/class/net/${name}`));
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
