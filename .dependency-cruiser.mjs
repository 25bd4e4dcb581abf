const floors = ['platform', 'identity', 'records', 'portal', 'demo'];
const faces = ['portal', 'demo'];
const TESTS = '\\.test\\.tsx?$';

/** Which floors a floor must not import: those above it, and for a face the other faces. */
const forbidden = floors.map((floor) => {
  const above = faces.includes(floor)
    ? faces.filter((face) => face !== floor)
    : floors.slice(floors.indexOf(floor) + 1);
  return {
    name: `${floor}-imports-down-only`,
    severity: 'error',
    from: { path: `^src/${floor}/`, pathNot: TESTS },
    to: { path: `^src/(${above.join('|')})/` },
  };
});

export default {
  forbidden: [
    ...forbidden,
    {
      name: 'rooms-are-entered-by-their-index',
      severity: 'error',
      from: { path: '^src/([^/]+)/([^/]+)/' },
      to: {
        path: '^src/(platform|identity|records|portal)/[^/]+/',
        pathNot: ['^src/$1/$2/', '/index\\.ts$'],
      },
    },
    {
      name: 'the-rest-enters-by-the-index-too',
      severity: 'error',
      from: { path: ['^src/[^/]+\\.tsx?$', '^src/[^/]+/[^/]+\\.tsx?$', '^src/(commands|demo)/'] },
      to: { path: '^src/(platform|identity|records|portal)/[^/]+/', pathNot: '/index\\.ts$' },
    },
    {
      name: 'floors-know-nothing-of-the-roof',
      severity: 'error',
      from: { path: `^src/(${floors.join('|')})/`, pathNot: TESTS },
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
