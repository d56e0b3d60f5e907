import { errorCodes } from '@cicd/plugin';

/** docs/errors.md: every code with what it means, its exit code and its HTTP status. */
export function errorPage(): string {
  const parts = [
    '# Error codes',
    '',
    'Every error has a stable code, a message, and mostly a hint. Codes never change their meaning.',
    '',
  ];
  const areas = Map.groupBy(Object.entries(errorCodes), ([code]) => code.split('.')[0] ?? '');
  for (const [area, rows] of [...areas].toSorted(([a], [b]) => a.localeCompare(b))) {
    parts.push(`## ${area}`, '', '| code | means | exit code | HTTP |', '|---|---|---|---|');
    for (const [code, row] of rows.toSorted(([a], [b]) => a.localeCompare(b))) {
      parts.push(
        `| <a id="${code.replaceAll('.', '-')}"></a>\`${code}\` | ${row.summary} | ${row.exit} | ${row.status} |`,
      );
    }
    parts.push('');
  }
  return parts.join('\n');
}
