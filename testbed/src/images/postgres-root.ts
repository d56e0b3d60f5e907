import { globSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Bed } from '../bed.ts';
import { shortDigest } from '../short-digest.ts';
import { debianContent, debianRootWith } from './debian-root.ts';

/** The server runs as the image's user nobody. What is not said here is as with the image of the same name everywhere. */
const ENTRY = `#!/bin/sh
set -e
[ "$1" = postgres ] || exec "$@"
shift
export PGDATA="\${PGDATA:-/var/lib/postgresql/data}"
user="\${POSTGRES_USER:-postgres}"
database="\${POSTGRES_DB:-$user}"
method="\${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}"
as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
mkdir -p "$PGDATA" /var/run/postgresql
chown 65534:65534 "$PGDATA" /var/run/postgresql
chmod 700 "$PGDATA"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$method" != trust ]; then
    echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
    exit 1
  fi
  password=$(mktemp)
  printf '%s\\n' "\${POSTGRES_PASSWORD:-none}" >"$password"
  chown 65534 "$password"
  as_nobody initdb --username "$user" --pwfile "$password" --auth-local trust --locale C --encoding UTF8 --no-sync
  rm "$password"
  echo "host all all all $method" >>"$PGDATA/pg_hba.conf"
  [ "$database" = postgres ] || printf 'CREATE DATABASE "%s";\\n' "$database" | as_nobody postgres --single -j postgres
fi
exec setpriv --reuid=65534 --regid=65534 --clear-groups postgres -c listen_addresses='*' "$@"
`;

export const postgresContent = `postgresql, util-linux on ${debianContent}, entry ${shortDigest(ENTRY)}`;

/** A Debian with PostgreSQL, that takes the variables of the well-known image. */
export const postgresRoot = (bed: Bed): Promise<string> =>
  debianRootWith(bed, 'postgres', ['postgresql', 'util-linux'], postgresContent, (root) => {
    // Before the wrappers of the distribution, which choose between versions.
    for (const program of globSync('usr/lib/postgresql/*/bin/*', { cwd: root }))
      symlinkSync(`/${program}`, path.join(root, 'usr/local/bin', path.basename(program)));
    writeFileSync(path.join(root, 'usr/local/bin/docker-entrypoint.sh'), ENTRY, { mode: 0o755 });
  });
