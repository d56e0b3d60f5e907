/** The import table of the architecture as rules: what is not allowed here is an error. */
const mayImport = {
  plugin: [],
  database: [],
  artifact: ['plugin'],
  sandbox: ['plugin'],
  steps: ['plugin'],
  scan: ['plugin'],
  engine: ['plugin', 'database'],
  environment: ['plugin', 'database'],
  access: ['plugin', 'database'],
  platform: ['plugin', 'database', 'engine', 'artifact', 'sandbox', 'steps', 'scan', 'environment', 'access'],
  // The command line speaks of plans, events and errors: their types come with the platform that it composes.
  cli: ['platform', 'engine', 'plugin'],
  server: ['platform', 'engine', 'access', 'plugin'],
};

const layers = Object.entries(mayImport).map(([name, allowed]) => ({
  name: `${name}-imports`,
  comment: `@cicd/${name} may import ${allowed.length ? allowed.join(', ') : 'nothing else of ours'}`,
  severity: 'error',
  from: { path: `^(packages|apps)/${name}/src` },
  to: { path: '^(packages|apps|testbed|bench)/', pathNot: `^(packages|apps)/(${[name, ...allowed].join('|')})/` },
}));

export default {
  forbidden: [
    ...layers,
    {
      name: 'no-cycle',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-undeclared-package',
      comment: 'what a package imports is among its dependencies; the command line is bundled and has none but natives',
      severity: 'error',
      from: { path: '^packages/[^/]+/src', pathNot: '^packages/cli/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'unknown'] },
    },
    { name: 'no-unresolvable', severity: 'error', from: { path: '^packages/' }, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|test)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@cicd/source', 'import', 'node', 'default', 'types'],
    },
  },
};
