/**
 * The floors, each with those that it may import. A folder of `src/` that is neither here nor beside them fails, so that a
 * new floor is checked from its first file on.
 */
const FLOORS = {
  platform: [],
  identity: ['platform'],
  records: ['platform'],
  portal: ['records', 'identity', 'platform'],
  demo: ['records', 'identity', 'platform'],
};
/** The wings of identity, each with those below it. */
const WINGS = {
  core: [],
  session: ['core'],
  credentials: ['session', 'core'],
  entry: ['credentials', 'session', 'core'],
  settings: ['entry', 'credentials', 'session', 'core'],
};
/** What stands beside the floors: what npm runs, and what tests are made of. */
const BESIDE = ['commands', 'house', 'testing'];
const TESTS = '\\.test\\.tsx?$';
const floors = Object.keys(FLOORS);
const any = floors.join('|');
const wings = Object.keys(WINGS).join('|');

const down = Object.entries(FLOORS).map(([floor, below]) => ({
  name: `${floor}-imports-down-only`,
  severity: 'error',
  from: { path: `^src/${floor}/`, pathNot: TESTS },
  to: { path: '^src/[^/]+/', pathNot: `^src/(${[floor, ...below].join('|')})/` },
}));

const downInIdentity = Object.entries(WINGS).map(([wing, below]) => ({
  name: `the-wing-${wing}-imports-down-only`,
  severity: 'error',
  from: { path: `^src/identity/${wing}/`, pathNot: TESTS },
  to: { path: '^src/identity/', pathNot: `^src/identity/(${[wing, ...below].join('|')})/` },
}));

export default {
  forbidden: [
    ...down,
    ...downInIdentity,
    {
      name: 'every-room-of-identity-stands-in-a-wing',
      severity: 'error',
      from: {},
      to: { path: '^src/identity/[^/]+/', pathNot: `^src/identity/(${wings})/[^/]+/` },
    },
    {
      name: 'every-folder-is-a-floor-or-beside-them',
      severity: 'error',
      from: {},
      to: { path: '^src/[^/]+/', pathNot: `^src/(${[...floors, ...BESIDE].join('|')})/` },
    },
    {
      name: 'nothing-stands-in-a-folder-that-is-no-floor',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${[...floors, ...BESIDE].join('|')})/` },
      to: {},
    },
    {
      name: 'rooms-are-entered-by-their-index',
      severity: 'error',
      from: { path: '^src/([^/]+)/([^/]+)/' },
      to: { path: `^src/(${any})/[^/]+/`, pathNot: ['^src/$1/$2/', '/index\\.ts$'] },
    },
    {
      name: 'rooms-of-identity-are-entered-by-their-index',
      severity: 'error',
      from: { path: '^src/identity/([^/]+)/([^/]+)/' },
      to: { path: '^src/identity/[^/]+/[^/]+/', pathNot: ['^src/identity/$1/$2/', '/index\\.ts$'] },
    },
    {
      name: 'the-rest-enters-by-the-index-too',
      severity: 'error',
      from: { path: ['^src/[^/]+\\.tsx?$', '^src/[^/]+/[^/]+\\.tsx?$', '^src/commands/'] },
      to: { path: `^src/(${any})/[^/]+/`, pathNot: '/index\\.ts$' },
    },
    {
      name: 'floors-know-nothing-of-the-roof',
      severity: 'error',
      from: { path: `^src/(${any})/`, pathNot: TESTS },
      to: { path: '^src/(main\\.ts|app\\.tsx|commands/|testing/)' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: ['\\.d\\.ts$', TESTS] }, to: {} },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.d.ts', '.js', '.json'] },
    parser: 'swc',
  },
};
