import { defineConfig } from 'tsup';
import { builtinModules } from './builtin-modules.ts';

const absent = ['ssh2', '@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs', 'pg-native'];

/** One bundle with a chunk for each command, straight from the packages' sources: a command loads only what it needs. */
export default defineConfig({
  // A thread and a process are started from files of their own.
  entry: {
    cicd: 'src/main.ts',
    'jq-worker': '../steps/src/jq/jq-worker.ts',
    'sqlite-process': '../platform/src/databases/sqlite/sqlite-process.ts',
  },
  outDir: 'dist',
  format: ['esm'],
  platform: 'node',
  target: 'node22.18',
  splitting: true,
  sourcemap: false,
  minifySyntax: true,
  minifyWhitespace: true,
  clean: true,
  // A native cannot be bundled.
  external: ['better-sqlite3'],
  noExternal: [/^(?!better-sqlite3$)/],
  banner: {
    // Bundled CommonJS packages call `require`.
    js: "#!/usr/bin/env node\nimport { createRequire as createRequireOfBundle } from 'node:module';\nconst require = createRequireOfBundle(import.meta.url);",
  },
  esbuildPlugins: [builtinModules],
  removeNodeProtocol: false,
  esbuildOptions(options) {
    options.conditions = ['@cicd/source', 'node'];
    options.legalComments = 'none';
    // dockerode loads these to reach engines over SSH and to serve BuildKit sessions, and pg for another driver of its
    // own: the command does neither.
    options.alias = Object.fromEntries(absent.map((name) => [name, './src/absent.ts']));
  },
});
