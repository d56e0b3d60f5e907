import type { Options } from 'tsup';

type BuildPlugin = NonNullable<Options['esbuildPlugins']>[number];

/**
 * Takes some of Node's modules from the process instead of importing them. An import reads every export, and theirs
 * are in part made when they are read: the WebSocket client of `node:http` costs more than all the rest of a start.
 */
export const builtinModules: BuildPlugin = {
  name: 'builtin-modules',
  setup(build) {
    build.onResolve({ filter: /^(node:)?(fs|http|https|util)$/ }, ({ path }) => ({
      path: path.replace(/^node:/, ''),
      namespace: 'builtin',
    }));
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(`node:${path}`)});`,
    }));
  },
};
