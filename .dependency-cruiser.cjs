/** Who may import whom. The rules are the house: see CONTRIBUTING.md. */
const rule = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

module.exports = {
  forbidden: [
    rule('no-cycles', 'A cycle has no bottom to start reading from.', {}, { circular: true }),
    rule(
      'contract-is-alone',
      'The contract is what crosses the wire: it imports zod and itself only.',
      { path: '^contract/' },
      { pathNot: ['^contract/', '^node_modules/zod/'] },
    ),
    rule(
      'client-sees-contract-only',
      'The client knows the server by its contract only.',
      { path: '^client/' },
      { path: '^(server|demo-lms|test|scripts)/' },
    ),
    rule(
      'server-never-client',
      'The server does not import the client or the demo LMS.',
      { path: '^server/' },
      { path: '^(client|demo-lms|test|scripts)/' },
    ),
    rule(
      'demo-lms-is-a-platform',
      'The demo LMS is another party: it shares no code with the tool.',
      { path: '^demo-lms/' },
      { path: '^(server|client|contract|test)/' },
    ),
    rule(
      'foundation-below-features',
      'http/, lti/, db and errors never depend on a feature.',
      { path: '^server/(http|lti|db|errors|config|tenancy|appendOnly)' },
      { path: '^server/features/' },
    ),
    rule(
      'features-meet-at-services',
      "A feature uses its own folder, or another feature's service only.",
      { path: '^server/features/([^/]+)/' },
      { path: '^server/features/', pathNot: ['^server/features/$1/', '\\.(service|deps)\\.ts$'] },
    ),
    rule(
      'routes-never-models',
      'A route asks its service; only services touch models and mongoose.',
      { path: '\\.routes\\.ts$' },
      { path: ['\\.model\\.ts$', '^node_modules/mongoose/'] },
    ),
    rule(
      'observation-text-has-one-reader',
      'What is written about a lesson is opened in one place, after the policy was asked.',
      { path: '^server/', pathNot: '^server/features/observations/release\\.service\\.ts$' },
      { path: '^server/features/observations/opening\\.ts$' },
    ),
    rule(
      'observation-keys-are-for-sealing-and-opening',
      'The key of an observation is used by what seals and by what opens, and by nothing else.',
      { pathNot: '^(server/features/observations/(sealing|opening)\\.ts$|test/)' },
      { path: '^server/features/observations/textKey\\.ts$' },
    ),
    rule(
      'only-main-reads-config',
      'The environment is read by main.ts, cli.ts and config.ts; all others are handed values.',
      { path: '^server/', pathNot: '^server/(main|cli|config|wire|cli/.*)\\.ts$' },
      { path: '^server/config\\.ts$', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'client-features-are-apart',
      'A client feature does not reach into another one.',
      { path: '^client/src/features/([^/]+)/' },
      { path: '^client/src/features/', pathNot: '^client/src/features/$1/' },
    ),
    rule(
      'nothing-imports-tests',
      'Product code does not depend on test code.',
      { pathNot: '^(test|scripts)/' },
      { path: '^test/' },
    ),
    rule(
      'tests-never-import-benches',
      'What benches and tests share lies in test/support. Only the test of the scale bench itself runs its parts.',
      { path: '^test/', pathNot: '^test/(bench/|server/scale\\.test\\.ts$)' },
      { path: '^test/bench/' },
    ),
    rule(
      'no-orphans-in-package',
      'Import only what package.json lists.',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
