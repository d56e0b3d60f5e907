import { defineConfig } from 'tsup';

/** The build of every library: ES modules with types, dependencies left outside. */
export function library(entry: string[] | Record<string, string> = ['src/index.ts']): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry,
    outDir: 'dist',
    format: ['esm'],
    platform: 'node',
    target: 'node22.18',
    dts: true,
    sourcemap: true,
    clean: true,
  });
}
