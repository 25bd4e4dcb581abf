import { type Bench, either, type Run } from './lib/bench.ts';
import { atMost, type Finding } from './lib/finding.ts';
import { get } from './lib/http.ts';
import { load } from './lib/load.ts';
import { failures, type Report } from './lib/plan.ts';
import type { Seeding } from './lib/seed.ts';
import { type Stage, setStage } from './lib/stage.ts';
import { median, percentile } from './lib/statistics.ts';

const PEOPLE = 20;
const CASES_EACH = 20;

/** Whether a page's cost grows with other people's cases. */
export const scale: Bench = {
  name: 'scale',
  title: 'Pages among other people’s cases',
  measure: async (run) => {
    const [few, many] = [either(run, 1000, 1000), either(run, 200_000, 20_000)];
    const stages = [await crowded(run, 'scale_few', few), await crowded(run, 'scale_many', many)] as const;
    const against = `${many.toLocaleString('en')} of other people’s cases ÷ among ${few.toLocaleString('en')}`;
    try {
      return [
        await compare(run, stages, `\`/home\` median time among ${against}`, ({ cookies }) =>
          cookies.map((cookie) => get('/home', cookie)),
        ),
        await compare(
          run,
          stages,
          `\`/cases/:receipt\` median time among ${against}`,
          ({ cookies, receipts }) =>
            cookies.flatMap((cookie, n) =>
              (receipts[n] ?? []).map((receipt) => get(`/cases/${receipt}`, cookie)),
            ),
        ),
      ];
    } finally {
      for (const stage of stages) await stage.close();
    }
  },
};

/** More than 1 by no more than what the same page differs by from one time to the next. */
const ABOUT_ONE = 1.25;

async function compare(
  run: Run,
  stages: readonly [Stage, Stage],
  what: string,
  requests: (stage: Stage) => readonly string[],
): Promise<Finding> {
  const ask = ({ portico: { port } }: Stage, all: readonly string[]) =>
    load({ is: 'requests', port, connections: 1, requests: all, seconds: either(run, 4, 2), warm: 1 });
  const [few, many]: [Report[], Report[]] = [[], []];
  for (let round = 0; round < either(run, 3, 2); round++) {
    few.push(await ask(stages[0], requests(stages[0])));
    many.push(await ask(stages[1], requests(stages[1])));
  }
  const times = (reports: readonly Report[]) => reports.flatMap(({ milliseconds }) => milliseconds);
  const typical = (reports: readonly Report[]) => median(reports.map((each) => median(each.milliseconds)));
  return {
    what,
    value: typical(many) / typical(few),
    goal: atMost(ABOUT_ONE),
    from: {
      'ms among few': typical(few),
      'ms among many': typical(many),
      'ms at p99 among few': percentile(times(few), 0.99),
      'ms at p99 among many': percentile(times(many), 0.99),
      failed: [...few, ...many].reduce((sum, report) => sum + failures(report, ['200']), 0),
    },
  };
}

async function crowded(run: Run, name: string, others: number): Promise<Stage> {
  return await setStage(run, name, {
    accounts: PEOPLE,
    signedIn: PEOPLE,
    casesEach: CASES_EACH,
    crowd: (seeding) => seedCrowd(seeding, others),
  });
}

/**
 * Other people: an account, a session, a case and four events each, copied in SQL from those that the product made,
 * with keys of their own. Nobody can open what they hold, and nobody asks for it.
 */
async function seedCrowd({ connection: { pool } }: Seeding, count: number): Promise<void> {
  await pool.query(
    `insert into account (id, created_at, language, data_key, full_name_sealed, born_sealed, birth_country_sealed)
     select md5('account ' || n)::uuid, now(), 'en', a.data_key, a.full_name_sealed, a.born_sealed, a.birth_country_sealed
     from generate_series(1, $1::int) n, (select * from account limit 1) a`,
    [count],
  );
  await pool.query(
    `insert into session (id, token_hash, account_id, created_at, last_seen_at, ends_at)
     select md5('session ' || n)::uuid, sha256(('session ' || n)::bytea), md5('account ' || n)::uuid, now(), now(), now() + interval '12 hours'
     from generate_series(1, $1::int) n`,
    [count],
  );
  await pool.query(
    `insert into case_record (receipt, form, data_key, person_sealed, person_index, status, status_at, latest_event, created_at, updated_at)
     select 'ARC1' || lpad(n::text, 9, '0'), c.form, c.data_key, c.person_sealed, sha256(('person ' || n)::bytea), c.status, c.status_at, 'crowd-' || n || '-4', now(), now()
     from generate_series(1, $1::int) n, (select * from case_record limit 1) c`,
    [count],
  );
  await pool.query(
    `insert into case_event (id, receipt, at, status, detail_sealed, digest, imported_at)
     select 'crowd-' || n || '-' || e, 'ARC1' || lpad(n::text, 9, '0'), now() - interval '1 day' * e, c.status, null, c.digest, now()
     from generate_series(1, $1::int) n, generate_series(1, 4) e, (select * from case_event limit 1) c`,
    [count],
  );
  await pool.query(
    `insert into case_link (account_id, receipt, linked_at, how)
     select md5('account ' || n)::uuid, 'ARC1' || lpad(n::text, 9, '0'), now(), 'claimed' from generate_series(1, $1::int) n`,
    [count],
  );
}
