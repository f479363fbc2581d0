/** Rooms, from the ground up: a room may import itself and the rooms listed for it, nothing else (docs/architecture.md). */
const may = {
  support: [],
  spec: ['support'],
  engine: ['spec', 'support'],
  domain: ['spec', 'support'],
  commands: ['engine', 'support'],
  facts: ['engine', 'support'],
  decisions: ['facts', 'domain', 'engine', 'spec', 'support'],
  phases: ['commands', 'facts', 'decisions', 'engine', 'domain', 'spec', 'support'],
  ports: ['engine', 'spec', 'support'],
  adapters: ['ports', 'engine', 'spec', 'support'],
  actions: ['phases', 'decisions', 'facts', 'engine', 'domain', 'ports', 'spec', 'support'],
  report: ['engine', 'spec', 'support'],
  agent: ['domain', 'ports', 'spec', 'support'],
  hub: ['domain', 'ports', 'spec', 'support'],
  web: ['hub', 'spec', 'support'],
  cli: ['actions', 'engine', 'adapters', 'report', 'agent', 'hub', 'ports', 'spec', 'support'],
};

/** Where a change becomes real and a text is shown: only these reach outside the process. */
const outside = '^src/(adapters|report|hub/serve|agent/serve|web|cli)/';

/** What reaches outside. Types of these are free, and so are pure built-ins such as node:crypto and node:path. */
const io = [
  '^(node:)?(fs|net|child_process|http|http2|https|tls|dgram|dns|readline|worker_threads|cluster)(/|$)',
  'node_modules/(ssh2|execa|listr2|commander)/',
].join('|');

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolved',
      comment: 'A module that is neither here nor in package.json.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependencies',
      comment: 'The installed package has no development dependencies.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-test-code',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|fixtures|docs|bin)/' },
    },
    {
      name: 'rooms-are-known',
      comment: 'A new room needs a line in the table above and in docs/architecture.md.',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: `^src/(${Object.keys(may).join('|')})/` },
    },
    {
      name: 'pure-rooms-touch-nothing',
      comment: 'Plans are data. Only adapters, report, hub/serve, agent/serve, web and cli reach outside.',
      severity: 'error',
      from: { path: '^src/', pathNot: outside },
      to: { path: io, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'phases-know-only-the-types-of-decisions',
      severity: 'error',
      from: { path: '^src/phases/' },
      to: { path: '^src/decisions/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'web-knows-only-the-types-of-the-hub',
      severity: 'error',
      from: { path: '^src/web/' },
      to: { path: '^src/hub/', dependencyTypesNot: ['type-only'] },
    },
    ...Object.entries(may).map(([room, rooms]) => ({
      name: `${room}-imports`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: `^src/(${[room, ...rooms].join('|')})/` },
    })),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
