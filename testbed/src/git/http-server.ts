import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';

/**
 * Git's own HTTP backend as a server: `node http-server.ts PORT FOLDER BACKEND PASSWORDFILE`. Repositories below
 * `FOLDER/open` are for everybody, those below `FOLDER/private` for `USER:PASSWORD` of the file, and `/elsewhere/…`
 * redirects to `/…`.
 */
const [port = '', folder = '', backend = '', passwordFile = ''] = process.argv.slice(2);
const authorization = `Basic ${Buffer.from(readFileSync(passwordFile, 'utf8')).toString('base64')}`;

createServer((request, response) => {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname.startsWith('/elsewhere/')) {
    const location = `http://${request.headers.host}${pathname.slice('/elsewhere'.length)}${search}`;
    response.writeHead(301, { location }).end();
  } else if (pathname.startsWith('/private/') && request.headers.authorization !== authorization) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  } else serve(request, response, pathname, search);
}).listen(Number(port), '127.0.0.1');

/** https://www.rfc-editor.org/rfc/rfc3875: the request as variables, headers before the body of the answer. */
function serve(request: IncomingMessage, response: ServerResponse, pathname: string, search: string): void {
  const child = spawn(backend, {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: path.resolve(folder),
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // A client that went away ends the backend; what it did not read is nobody's.
  child.stdin.on('error', () => request.destroy());
  response.on('close', () => child.kill());
  request.pipe(child.stdin);
  let head = Buffer.alloc(0);
  const onData = (data: Buffer) => {
    head = Buffer.concat([head, data]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    child.stdout.off('data', onData);
    const headers = head
      .subarray(0, end)
      .toString()
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const);
    const status = headers.find(([name]) => name.toLowerCase() === 'status')?.[1];
    response.writeHead(status === undefined ? 200 : Number.parseInt(status, 10), Object.fromEntries(headers));
    response.write(head.subarray(end + 4));
    child.stdout.pipe(response);
  };
  child.stdout.on('data', onData);
}
