import path from 'node:path';

const registrySetting = /^npm_config_(registry|userconfig|cafile|ca|proxy|https_proxy|noproxy|cache|.*_authtoken)$/i;

/**
 * The environment without what the outer `npm run` put there (it would leak the old Node and a wrong prefix),
 * with `folders` first on the path. Where the command was typed stays known as INIT_CWD.
 */
export function cleanEnvironment(folders = []) {
  const env = {};
  for (const [name, value] of Object.entries(process.env)) {
    const fromNpm = /^npm_/i.test(name) && !registrySetting.test(name);
    if (!fromNpm && name !== 'PNPM_SCRIPT_SRC_DIR') env[name] = value;
  }
  const pathName = Object.keys(env).find((name) => name.toLowerCase() === 'path') ?? 'PATH';
  const outer = (env[pathName] ?? '')
    .split(path.delimiter)
    .filter((folder) => !/[\\/](node_modules[\\/]\.bin|node-gyp-bin)$/.test(folder));
  env[pathName] = [...new Set([...folders, ...outer])].join(path.delimiter);
  return env;
}
