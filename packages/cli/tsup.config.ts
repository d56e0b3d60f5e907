import { defineConfig } from 'tsup';

/** One bundle with a chunk for each command, straight from the packages' sources: a command loads only what it needs. */
export default defineConfig({
  entry: { cicd: 'src/main.ts' },
  outDir: 'dist',
  format: ['esm'],
  platform: 'node',
  target: 'node22.18',
  splitting: true,
  sourcemap: false,
  minifySyntax: true,
  minifyWhitespace: true,
  clean: true,
  // Natives cannot be bundled; dockerode asks for the last two only to reach an engine over SSH.
  external: ['better-sqlite3', 'ssh2', 'cpu-features'],
  noExternal: [/^(?!better-sqlite3$|ssh2$|cpu-features$)/],
  banner: {
    // Bundled CommonJS packages call `require`.
    js: "#!/usr/bin/env node\nimport { createRequire as createRequireOfBundle } from 'node:module';\nconst require = createRequireOfBundle(import.meta.url);",
  },
  esbuildOptions(options) {
    options.conditions = ['@cicd/source', 'node', 'import'];
    options.legalComments = 'none';
  },
});
