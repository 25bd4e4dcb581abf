import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ActivityLabels, recordSecurityEvent } from '../../../platform/audit/index.ts';
import { inBrowser } from '../../../platform/browser/index.ts';
import { ALERT_ACTIVITY_LABELS } from '../../../portal/alerts/index.ts';
import { APPOINTMENT_ACTIVITY_LABELS } from '../../../portal/appointments/index.ts';
import { CASE_ACTIVITY_LABELS } from '../../../portal/cases/index.ts';
import { CONTACT_ACTIVITY_LABELS } from '../../../portal/contact/index.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import { ACTIVITY_LABELS, SECOND_STEPS } from '../../index.ts';
import { type Asked, activityOf, type Happening } from './activity.ts';
import { GROUPS } from './kinds.ts';

const test = await freshDatabase();
const { database, clock, newAccount } = await testIdentity(test);
const activityLabels: Required<ActivityLabels> = {
  ...ACTIVITY_LABELS,
  ...CASE_ACTIVITY_LABELS,
  ...ALERT_ACTIVITY_LABELS,
  ...CONTACT_ACTIVITY_LABELS,
  ...APPOINTMENT_ACTIVITY_LABELS,
};
const EVERYTHING: Asked = { group: null, days: null, before: null };
const record = (accountId: AccountId, kind: keyof ActivityLabels, factor?: string) =>
  recordSecurityEvent(database, clock, {
    kind,
    accountId,
    ...(factor === undefined ? {} : { detail: { factor } }),
  });
const page = (id: AccountId, asked: Partial<Asked> = {}) =>
  activityOf({ database, clock, activityLabels, secondSteps: SECOND_STEPS }, id, { ...EVERYTHING, ...asked });

async function all(id: AccountId, asked: Partial<Asked> = {}): Promise<readonly Happening[]> {
  const found: Happening[] = [];
  for (let before: string | null = null; ; ) {
    const { happenings, next }: Awaited<ReturnType<typeof page>> = await page(id, { ...asked, before });
    found.push(...happenings);
    if (next === null) return found;
    before = next;
  }
}

describe('the activity of an account', () => {
  it('is every event of it, each once, the newest first, through all its pages, and none of others', async () => {
    const kinds = Object.keys(activityLabels) as ReadonlyArray<keyof ActivityLabels>;
    await fc.assert(
      fc.asyncProperty(
        // More than a page holds, which the lists that are tried by themselves seldom are.
        fc.array(fc.record({ mine: fc.boolean(), kind: fc.constantFrom(...kinds) }), {
          maxLength: 70,
          size: 'max',
        }),
        async (events) => {
          const [mine, theirs] = [await newAccount(), await newAccount()];
          for (const { mine: own, kind } of events) await record(own ? mine.id : theirs.id, kind);
          const expected = events.filter((event) => event.mine).map(({ kind }) => activityLabels[kind].word);
          expect((await all(mine.id)).map(({ telling }) => telling.word)).toEqual(expected.toReversed());
          for (const group of ['signing-in', 'refused', 'changes', 'other'] as const)
            expect((await all(mine.id, { group })).map(({ telling }) => telling.word)).toEqual(
              events
                .filter((event) => event.mine && activityLabels[event.kind].group === group)
                .map(({ kind }) => activityLabels[kind].word)
                .toReversed(),
            );
        },
      ),
      { numRuns: 8 },
    );
  });

  it('comes 25 at a time, and says where the next page begins only where there is one', async () => {
    const { id } = await newAccount();
    for (let event = 0; event < 25; event++) await record(id, 'signed-in');
    expect(await page(id)).toMatchObject({ happenings: { length: 25 }, next: null });
    await record(id, 'signed-out');
    const newest = await page(id);
    expect(newest.happenings).toHaveLength(25);
    expect(newest.next).toBe(newest.happenings.at(-1)?.seq);
    const { happenings, next } = await page(id, { before: newest.next });
    expect(happenings.map(({ telling }) => telling.word)).toEqual(['activity.signed-in']);
    expect(next).toBeNull();
    expect(await page(id, { before: '0' })).toEqual({ happenings: [], next: null });
  });

  it('is whole also with what an event says that nobody understands', async () => {
    const { id } = await newAccount();
    await recordSecurityEvent(database, clock, { kind: 'signed-in', accountId: id, detail: { factor: 7 } });
    await record(id, 'signed-out');
    expect((await page(id)).happenings.map(({ factor }) => factor)).toEqual([null, null]);
  });

  it('says what was lost on a way back', async () => {
    const { id } = await newAccount();
    for (const lost of ['both', 'password'])
      await recordSecurityEvent(database, clock, { kind: 'recovery-begun', accountId: id, detail: { lost } });
    expect((await page(id)).happenings.map(({ lost }) => lost)).toEqual(['password', 'both']);
  });

  it('says with what the second step was taken', async () => {
    const { id } = await newAccount();
    await record(id, 'signed-in', 'authenticator-app');
    expect((await page(id)).happenings).toMatchObject([{ factor: 'authenticator-app' }]);
  });

  it('says in which browser it was done, where it was in one', async () => {
    const { id } = await newAccount();
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
    await inBrowser(firefox, () => record(id, 'signed-in', 'passkey'));
    await record(id, 'data-asked');
    expect((await page(id)).happenings).toMatchObject([
      { factor: null, browser: { browser: '', system: '' } },
      { factor: 'passkey', browser: { browser: 'Firefox', system: 'Linux' } },
    ]);
  });

  it('goes back as far as is asked, and never further than 24 months', async () => {
    const { id } = await newAccount();
    await record(id, 'signed-in');
    clock.advance(8 * 24 * 3600);
    await record(id, 'signed-out');
    expect((await page(id, { days: 7 })).happenings).toHaveLength(1);
    expect((await page(id, { days: 30 })).happenings).toHaveLength(2);
    clock.advance(724 * 24 * 3600);
    expect((await page(id)).happenings).toHaveLength(1);
    clock.advance(8 * 24 * 3600);
    expect((await page(id)).happenings).toEqual([]);
  });

  it('has a telling of its own for every kind, in one of the groups by which people look', () => {
    const groups = new Set(Object.values(activityLabels).map(({ group }) => group));
    expect(groups).toEqual(new Set(Object.keys(GROUPS)));
    const words = Object.values(activityLabels).map(({ word }) => word);
    expect(new Set(words).size).toBe(words.length);
  });
});
