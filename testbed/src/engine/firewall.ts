import { prefixOf } from './address-range.ts';

/** What belongs to one engine, as it shows in firewall rules. */
export interface FirewallOwner {
  /** The engine's addresses, such as `10.129.0.0/16`. */
  readonly pool: string;
  /** Names of its bridges. */
  readonly links: readonly string[];
}

/**
 * Rules that let containers reach the outside, for an engine that leaves the firewall alone. A second engine has to:
 * at its start it would empty the chains that the first one lives by. Such an engine has no isolation between its
 * networks. Each rule is the words after `iptables`.
 */
export function rulesBesideAnotherEngine(pool: string): string[][] {
  return [
    ['-t', 'nat', '-A', 'POSTROUTING', '-s', pool, '!', '-d', pool, '-j', 'MASQUERADE'],
    ['-t', 'filter', '-I', 'FORWARD', '-s', pool, '-j', 'ACCEPT'],
    [
      '-t',
      'filter',
      '-I',
      'FORWARD',
      '-d',
      pool,
      '-m',
      'conntrack',
      '--ctstate',
      'RELATED,ESTABLISHED',
      '-j',
      'ACCEPT',
    ],
  ];
}

/**
 * The changes that remove every rule of `owner` from what `iptables-save` printed. When no other engine runs
 * (`alone`), the chains that engines share go as well.
 */
export function firewallCleanup(saved: string, owner: FirewallOwner, alone: boolean): string[][] {
  const rules = rulesOf(saved);
  const isOurs = (rule: Rule) => rule.words.some((word) => owner.links.includes(word) || isIn(owner.pool, word));
  const isShared = (rule: Rule) => !isEngineChain(rule.chain) && isEngineChain(targetOf(rule));
  const deletions = rules
    .filter((rule) => isOurs(rule) || (alone && isShared(rule)))
    .map((rule) => ['-t', rule.table, '-D', rule.chain, ...rule.words]);
  if (!alone) return deletions;
  const chains = chainsOf(saved).filter((each) => isEngineChain(each.chain));
  return [
    ...deletions,
    ...chains.map((each) => ['-t', each.table, '-F', each.chain]),
    ...chains.map((each) => ['-t', each.table, '-X', each.chain]),
  ];
}

interface Chain {
  readonly table: string;
  readonly chain: string;
}

interface Rule extends Chain {
  readonly words: readonly string[];
}

function rulesOf(saved: string): Rule[] {
  return linesByTable(saved).flatMap(({ table, line }) => {
    const [verb, chain, ...words] = line.match(/"[^"]*"|\S+/g) ?? [];
    if (verb !== '-A' || chain === undefined) return [];
    return [{ table, chain, words: words.map((word) => word.replaceAll('"', '')) }];
  });
}

function chainsOf(saved: string): Chain[] {
  return linesByTable(saved).flatMap(({ table, line }) =>
    line.startsWith(':') ? [{ table, chain: line.slice(1).split(' ', 1)[0] ?? '' }] : [],
  );
}

function linesByTable(saved: string): { table: string; line: string }[] {
  let table = '';
  return saved.split('\n').flatMap((line) => {
    if (line.startsWith('*')) table = line.slice(1);
    return table === '' ? [] : [{ table, line }];
  });
}

const isEngineChain = (chain: string) => /^DOCKER(-|$)/.test(chain);
const targetOf = (rule: Rule) => rule.words[rule.words.indexOf('-j') + 1] ?? '';
const isIn = (pool: string, word: string) => word.startsWith(`${prefixOf(pool)}.`);
