/** A state without a way on. Below it: the byte of the only way on, to the next state; above: 257 + a row's number. */
const leaf = 256;
const firstRow = 257;

/** How many bytes the filter looks at; no pattern is shorter. */
export const filterLength = 4;
/** Slots of the filter for each pattern: most bytes that begin none fall into a slot of none. */
const slotsPerPattern = 64;
const { imul } = Math;

/**
 * All patterns as one automaton (Aho and Corasick, 1975) over bytes. States are numbered along the sorted patterns,
 * so that a state's first way on leads to the next number, and only states with several ways have a row of 256: the
 * size grows with the length of the patterns, not with the alphabet. State 0 is the root, where nothing has begun.
 */
export interface PatternAutomaton {
  /** By state: `leaf`, a byte, or a row. */
  readonly link: Int32Array;
  /** The next states of the states with several ways, 256 a row; -1 where there is no way. */
  readonly rows: Int32Array;
  /** By state: the state of its longest proper suffix that begins a pattern. */
  readonly fallback: Int32Array;
  /** By state: how many bytes lead to it, which is how many may yet belong to a match. */
  readonly depth: Int32Array;
  /** By state: the length of the longest pattern that ends here; 0 for none. */
  readonly longest: Int32Array;
  /** By `filterSlot` of `filterLength` bytes: 1 where a pattern may begin so. */
  readonly filter: Uint8Array;
  readonly filterShift: number;
}

/** The filter's slot for `filterLength` bytes, given as one number of 32 bits (Knuth's multiplicative hash). */
export function filterSlot(bytes: number, filterShift: number): number {
  return imul(bytes, 0x9e37_79b1) >>> filterShift;
}

export function buildAutomaton(patterns: readonly Uint8Array[]): PatternAutomaton {
  const usable = patterns.filter((pattern) => pattern.length >= filterLength);
  const sorted = usable.toSorted((left, right) => Buffer.compare(left, right));
  const trie = buildTrie(sorted);
  return { ...trie, ...followSuffixes(trie), ...buildFilter(sorted) };
}

type Trie = ReturnType<typeof buildTrie>;

function buildTrie(sorted: readonly Uint8Array[]) {
  const size =
    1 + sorted.reduce((sum, pattern, index) => sum + pattern.length - sharedLength(sorted[index - 1], pattern), 0);
  const link = new Int32Array(size).fill(leaf);
  const parent = new Int32Array(size);
  const entered = new Uint8Array(size);
  const depth = new Int32Array(size);
  const ends = new Uint8Array(size);
  const rows: Int32Array[] = [];
  const path = [0];
  let states = 1;
  for (const [index, pattern] of sorted.entries()) {
    for (let at = sharedLength(sorted[index - 1], pattern); at < pattern.length; at += 1) {
      const from = path[at] as number;
      const byte = pattern[at] as number;
      addWay(link, rows, from, byte, states);
      parent[states] = from;
      entered[states] = byte;
      depth[states] = at + 1;
      path[at + 1] = states;
      states += 1;
    }
    ends[path[pattern.length] as number] = 1;
  }
  const flat = new Int32Array(rows.length * 256);
  for (const [index, row] of rows.entries()) flat.set(row, index * 256);
  return { link, rows: flat, parent, entered, depth, ends };
}

function sharedLength(left: Uint8Array | undefined, right: Uint8Array): number {
  if (left === undefined) return 0;
  let length = 0;
  while (length < left.length && length < right.length && left[length] === right[length]) length += 1;
  return length;
}

function addWay(link: Int32Array, rows: Int32Array[], from: number, byte: number, to: number): void {
  const known = link[from] as number;
  if (known === leaf && to === from + 1) {
    link[from] = byte;
    return;
  }
  if (known < firstRow) {
    link[from] = firstRow + rows.length;
    const row = new Int32Array(256).fill(-1);
    if (known < leaf) row[known] = from + 1;
    rows.push(row);
  }
  (rows[(link[from] as number) - firstRow] as Int32Array)[byte] = to;
}

/** The state that `byte` leads to, without falling back; -1 where there is none. */
function wayOn(link: Int32Array, rows: Int32Array, state: number, byte: number): number {
  const way = link[state] as number;
  if (way === byte) return state + 1;
  return way < firstRow ? -1 : (rows[(way - firstRow) * 256 + byte] as number);
}

/** The state after `byte`: falls back until there is a way on. Each step back was a step on before: linear in all. */
export function nextState(
  automaton: Pick<PatternAutomaton, 'link' | 'rows' | 'fallback'>,
  state: number,
  byte: number,
): number {
  const { link, rows, fallback } = automaton;
  let from = state;
  for (;;) {
    const to = wayOn(link, rows, from, byte);
    if (to >= 0) return to;
    if (from === 0) return 0;
    from = fallback[from] as number;
  }
}

function followSuffixes(trie: Trie): Pick<PatternAutomaton, 'fallback' | 'longest'> {
  const { link, rows, parent, entered, depth, ends } = trie;
  const fallback = new Int32Array(depth.length);
  const longest = new Int32Array(depth.length);
  for (const state of statesByDepth(depth)) {
    const above = parent[state] as number;
    if (above !== 0) {
      fallback[state] = nextState({ link, rows, fallback }, fallback[above] as number, entered[state] as number);
    }
    longest[state] = ends[state] === 1 ? (depth[state] as number) : (longest[fallback[state] as number] as number);
  }
  return { fallback, longest };
}

/** Every state but the root, shallow ones first (a counting sort). */
function statesByDepth(depth: Int32Array): Int32Array {
  const deepest = depth.reduce((most, one) => Math.max(most, one), 0);
  const next = new Int32Array(deepest + 2);
  for (let state = 1; state < depth.length; state += 1) next[(depth[state] as number) + 1]! += 1;
  for (let level = 1; level < next.length; level += 1) next[level]! += next[level - 1] as number;
  const order = new Int32Array(depth.length - 1);
  for (let state = 1; state < depth.length; state += 1) order[next[depth[state] as number]!++] = state;
  return order;
}

function buildFilter(patterns: readonly Uint8Array[]): Pick<PatternAutomaton, 'filter' | 'filterShift'> {
  const bits = Math.min(20, Math.max(8, Math.ceil(Math.log2(patterns.length * slotsPerPattern))));
  const filter = new Uint8Array(2 ** bits);
  const filterShift = 32 - bits;
  for (const pattern of patterns) filter[filterSlot(Buffer.from(pattern).readInt32BE(), filterShift)] = 1;
  return { filter, filterShift };
}
