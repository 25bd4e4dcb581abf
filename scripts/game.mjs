// npm run game: plays two people against each other on one account, for about two minutes, and says what was found.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, pinnedNode, root } from './ensure.mjs';

ensureInstalled();
const [major = '0'] = process.versions.node.split('.');
// Older ones do not read TypeScript, and millions of states are more than Node takes by itself.
if (Number(major) < 24 || !process.execArgv.some((flag) => flag.startsWith('--max-old-space-size')))
  process.exit(
    spawnSync(pinnedNode, ['--max-old-space-size=6000', import.meta.filename], { stdio: 'inherit' }).status ??
      1,
  );
const { NEW, BEFORE } = await import('../src/house/two-people/model.ts');
const { isClaimed } = await import('../src/house/two-people/properties.ts');
const { explore, game, say, traceOf } = await import('../src/house/two-people/search.ts');
const { OPENINGS, STARTS, sayStart } = await import('../src/house/two-people/starts.ts');
const { table } = await import('../src/house/two-people/table.ts');
const { playAtRandom } = await import('../src/house/two-people/random.ts');

const DEPTH = 4;
const BETWEEN = 2;
const SECONDS_OF_GAMES = 15;
let failures = 0;
const report = (what, trace) => {
  failures++;
  console.log(`  FOUND ${what}\n    ${trace}`);
};

for (const opening of OPENINGS) {
  const claimed = [];
  const starts = STARTS.filter((start) => start.opening === opening);
  const { states, depth, seconds, found } = explore(NEW, starts, {
    depth: DEPTH,
    onState: (reached) => {
      if (isClaimed(reached.state)) claimed.push(reached);
    },
  });
  console.log(
    `${opening}: every ${depth} moves, ${states.toLocaleString('en')} states, ${seconds.toFixed(1)} s`,
  );
  for (const [what, { start, trace }] of found) report(what, `${sayStart(start)} | ${say(trace)}`);
  const memo = new Map();
  const since = performance.now();
  let played = 0;
  for (const { state, start, ...reached } of claimed) {
    if (performance.now() - since > SECONDS_OF_GAMES * 1000) break;
    played++;
    const lost = game(NEW, state, { between: BETWEEN, memo });
    if (lost !== null)
      report(
        lost.why,
        `${sayStart(start)} | ${say(traceOf({ state, start, ...reached }))} | ${say(lost.trace)}`,
      );
  }
  console.log(
    `  the owner against all that the other does: ${played.toLocaleString('en')} of ${claimed.length.toLocaleString('en')} claimed states, ` +
      `${memo.size.toLocaleString('en')} positions, ${((performance.now() - since) / 1000).toFixed(1)} s`,
  );
}

// What most of the known attacks began with, farther.
const KEY = ['app owner, codes both', 'password both, app owner, codes owner'];
const deep = STARTS.filter(
  ({ holdings: { session, ...held } }) =>
    (session === null || session.inFull) &&
    KEY.some((key) => sayStart({ holdings: { ...held, session: null }, opening: 'nothing' }).endsWith(key)),
);
const farther = explore(NEW, deep, { depth: 6 });
console.log(
  `${deep.length} starts: every ${farther.depth} moves, ${farther.states.toLocaleString('en')} states, ${farther.seconds.toFixed(1)} s`,
);
for (const [what, { start, trace }] of farther.found) report(what, `${sayStart(start)} | ${say(trace)}`);

const since = performance.now();
const random = playAtRandom(NEW, { games: 20_000, moves: 60, seed: 1 });
for (const { what, start, trace } of random.found) report(what, `${sayStart(start)} | ${say(trace)}`);
console.log(
  `at random: ${random.moves.toLocaleString('en')} moves in 20,000 games, ${((performance.now() - since) / 1000).toFixed(1)} s`,
);

const real = spawnSync(
  pinnedNode,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'src/house/two-people/played.test.ts'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, PORTICO_GAMES: '150' } },
);
if (real.status !== 0) failures++;

console.log(
  '\n| Case | Who gets in, if the other acts first | If the owner does | The rules before |\n| --- | --- | --- | --- |',
);
const before = new Map(table(BEFORE, BETWEEN).map((row) => [row.case, row.otherFirst]));
for (const { case: name, otherFirst, ownerFirst } of table(NEW, BETWEEN))
  console.log(`| ${name} | ${otherFirst} | ${ownerFirst} | ${before.get(name) ?? ''} |`);
console.log(failures === 0 ? '\nNothing found.' : `\n${failures} found.`);
process.exit(failures === 0 ? 0 : 1);
