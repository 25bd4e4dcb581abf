import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { NEW_PASSWORD, testRecovery } from '../../../testing/recovery.ts';
import { UNKNOWN as browser } from '../../../testing/sign-in.ts';
import type { Lost } from './evidence.ts';

const identity = await testIdentity(await freshDatabase());
const { database, clock, factors, securityQuestions } = identity;
const { appCode, begin, beginWithPassword, bindNew, last, newAccount, openLink, recovery } =
  testRecovery(identity);
const HOUR = 3600;

/** What somebody begins by themselves. */
type Begun = Exclude<Lost, 'everything'>;

/** What each loss asks for, said once more, so that the machine is not its own judge. */
const ASKED = {
  nothing: { proofs: ['email'], hours: 0 },
  password: { proofs: ['email', 'app'], hours: 0 },
  'second-step': { proofs: ['password', 'email'], hours: 72 },
  both: { proofs: ['email', 'backup'], hours: 72 },
} as const satisfies Record<Begun, { proofs: readonly string[]; hours: number }>;

/** How long is waited after right answers to the security questions, which prove nothing. */
const ANSWERED_HOURS = 24;
const ANSWERS = [
  ['pet', 'Rex'],
  ['boss', 'Wilhelmina'],
  ['trip', 'Ouagadougou'],
] as const;

type Move =
  | 'mail'
  | 'right-code'
  | 'wrong-code'
  | 'right-app'
  | 'wrong-app'
  | 'right-backup'
  | 'wrong-backup'
  | 'right-answers'
  | 'wrong-answers'
  | 'elsewhere'
  | 'wrong-elsewhere'
  | 'password'
  | 'bind'
  | 'cancel'
  | 'an-hour'
  | 'a-day';
const MOVES: readonly Move[] = [
  'mail',
  'right-code',
  'wrong-code',
  'right-app',
  'wrong-app',
  'right-backup',
  'wrong-backup',
  'right-answers',
  'wrong-answers',
  'elsewhere',
  'wrong-elsewhere',
  'password',
  'bind',
  'cancel',
  'an-hour',
  'a-day',
  'a-day',
];

describe('every way back', () => {
  it('lets nobody in with less than its loss asks for, in whatever order steps are taken (ASVS 2.3.1, 6.3.4)', async () => {
    let returns = 0;
    let shortenings = 0;
    let changes = 0;
    const run = async (lost: Begun, moves: readonly Move[]): Promise<void> => {
      const account = await newAccount({ withCodes: true });
      const asking = await identity.askingFor(account.id);
      await securityQuestions.set(
        asking,
        ANSWERS.map(([question, answer]) => ({ question, answer })),
      );
      const codes = [...account.codes];
      const proven = new Set<string>();
      let token = '';
      if (lost === 'second-step') {
        token = await beginWithPassword(account);
        proven.add('password');
      } else token = await begin(lost, account.email);
      let provenAt: number | null = null;
      let answeredAt: number | null = null;
      let cancelled = false;
      const complete = () => ASKED[lost].proofs.every((proof) => proven.has(proof));
      const guard = () => {
        expect(cancelled).toBe(false);
        expect(complete()).toBe(true);
        const held = (provenAt ?? Number.POSITIVE_INFINITY) + ASKED[lost].hours * HOUR * 1000;
        const shortened = (answeredAt ?? Number.POSITIVE_INFINITY) + ANSWERED_HOURS * HOUR * 1000;
        expect(clock.now().getTime()).toBeGreaterThanOrEqual(Math.min(held, shortened));
      };
      const prove = (proof: string) => {
        proven.add(proof);
        if (complete()) provenAt ??= clock.now().getTime();
      };
      for (const move of moves) {
        const progress = await recovery.find(token);
        switch (move) {
          case 'mail': {
            const opened = await openLink(last('link', account.email));
            if (opened !== null) {
              token = opened;
              prove('email');
            }
            break;
          }
          case 'an-hour':
            clock.advance(HOUR);
            break;
          case 'a-day':
            clock.advance(24 * HOUR);
            break;
          case 'cancel': {
            const link = last('recovery-begun', account.email);
            if (link !== '') cancelled = (await recovery.cancel(link)) || cancelled;
            break;
          }
          default: {
            if (progress === null) break;
            if (move === 'right-code') {
              if ((await recovery.enterCode(progress, last('code', account.email))).is === 'next')
                prove('email');
            } else if (move === 'wrong-code') {
              expect((await recovery.enterCode(progress, 'no code')).is).not.toBe('next');
            } else if (move === 'right-app') {
              const tried = await recovery.confirm(progress, factors.app, appCode(account.secret));
              if (tried.is === 'right') prove('app');
            } else if (move === 'wrong-app') {
              expect((await recovery.confirm(progress, factors.app, 'no code')).is).not.toBe('right');
            } else if (move === 'right-backup') {
              const tried = await recovery.confirm(progress, factors.backupCode, codes.pop() ?? '');
              if (tried.is === 'right') prove('backup');
            } else if (move === 'wrong-backup') {
              expect(
                (await recovery.confirm(progress, factors.backupCode, '0000-0000-0000-0000')).is,
              ).not.toBe('right');
            } else if (move === 'right-answers' || move === 'wrong-answers') {
              const answers = ANSWERS.map(([, answer]) => (move === 'right-answers' ? answer : 'no answer'));
              const tried = await recovery.answer(progress, answers);
              // They are asked only of whoever has proven all that there is to prove, and once.
              if (tried.is !== 'gone') expect([complete(), answeredAt]).toEqual([true, null]);
              if (tried.is === 'shortened') {
                expect(move).toBe('right-answers');
                answeredAt = clock.now().getTime();
                shortenings += 1;
              }
            } else if (move === 'elsewhere') {
              const code = await recovery.codeFor(progress);
              expect(code !== null).toBe(complete() && ASKED[lost].hours > 0);
              const moved = code === null ? null : await recovery.resume(code);
              if (moved !== null) {
                expect(await recovery.find(moved)).toEqual(progress);
                token = moved;
                changes += 1;
              }
            } else if (move === 'wrong-elsewhere') {
              expect(await recovery.resume('0000-0000-0000-0000-0000-0000')).toBeNull();
            } else if (move === 'password') {
              const done = await recovery.choosePassword(progress, NEW_PASSWORD, browser);
              if (done.is === 'next' || done.is === 'returned') guard();
              if (done.is === 'returned') {
                returns += 1;
                return;
              }
            } else if (move === 'bind') {
              const fresh = await recovery.enrolling(progress, 'Firefox');
              if (fresh !== null) guard();
              const done =
                fresh === null
                  ? await recovery.bindNew(progress, async () => true, browser)
                  : await bindNew(progress, appCode(fresh.secret));
              if (done.is === 'returned') {
                guard();
                returns += 1;
                return;
              }
            }
          }
        }
      }
      const own = await database
        .selectFrom('session')
        .select('id')
        .where('account_id', '=', account.id)
        .where('id', '!=', asking.id)
        .execute();
      expect(own).toEqual([]);
    };

    // The straight ways do end in a return, so that the property is not true of nothing.
    await run('password', ['mail', 'right-app', 'password']);
    await run('second-step', ['right-code', 'a-day', 'a-day', 'a-day', 'bind']);
    await run('both', ['right-code', 'right-backup', 'a-day', 'a-day', 'a-day', 'password', 'bind']);
    expect(returns).toBe(3);
    await run('second-step', ['right-code', 'right-answers', 'a-day', 'bind']);
    await run('both', [
      'right-code',
      'right-backup',
      'wrong-answers',
      'right-answers',
      'a-day',
      'password',
      'bind',
    ]);
    expect([returns, shortenings]).toEqual([5, 2]);
    await run('second-step', ['right-code', 'elsewhere', 'a-day', 'a-day', 'elsewhere', 'a-day', 'bind']);
    expect([returns, changes]).toEqual([6, 2]);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Begun>('password', 'second-step', 'both'),
        fc.array(fc.constantFrom(...MOVES), { minLength: 5, maxLength: 16 }),
        run,
      ),
      { numRuns: 30 },
    );
  }, 240_000);
});
