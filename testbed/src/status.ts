import type { Part } from './part.ts';
import type { PartRecord, State } from './state.ts';

/** The table that `status` prints: one row a part, with where it is or why it is not there. */
export function statusTable(all: readonly Part[], state: State): string {
  const rows = all.map((part) => {
    const record = state.parts[part.name];
    return [part.name, record?.status ?? 'down', part.description, detailOf(record)];
  });
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function detailOf(record: PartRecord | undefined): string {
  if (record === undefined) return '';
  if (record.status === 'missing')
    return record.hint === undefined ? record.reason : `${record.reason}; ${record.hint}`;
  return Object.entries(record.facts)
    .map(([name, value]) => `${name}=${[value].flat().join(',')}`)
    .join(' ');
}

/** Lines for a shell's `eval`: the variables of every part that is ready. */
export function shellLines(all: readonly Part[], state: State): string {
  return all
    .flatMap((part) => {
      const record = state.parts[part.name];
      if (record?.status !== 'ready' || part.environment === undefined) return [];
      return Object.entries(part.environment(record.facts));
    })
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join('');
}
