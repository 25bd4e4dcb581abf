import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { accountSubject, countTry } from '../../core/throttling/index.ts';
import type { Answered } from './security-questions.ts';

const identity = await testIdentity(await freshDatabase());
const { database, clock, newAccount, securityQuestions, raiseAlarm, told, policy } = identity;

const ANSWERED: readonly Answered[] = [
  { question: 'pet', answer: 'Señor Bigotes' },
  { question: 'boss', answer: 'Wilhelmina' },
  { question: 'trip', answer: 'Ouagadougou' },
];
const RIGHT = ANSWERED.map(({ answer }) => answer);
const noticesOf = (id: string) =>
  told.filter(({ accountId }) => accountId === id).map(({ notice }) => notice.is);

describe('security questions', () => {
  it('are right only all together and in their order, however they are written', async () => {
    const { id } = await newAccount();
    expect(await securityQuestions.areRight(id, RIGHT)).toBe(false);
    expect(await securityQuestions.set(await identity.askingFor(id), ANSWERED)).toEqual({ is: 'set' });
    expect(await securityQuestions.chosen(database, id)).toEqual({
      questions: ['pet', 'boss', 'trip'],
      setAt: clock.now(),
    });
    expect(await securityQuestions.areRight(id, RIGHT)).toBe(true);
    expect(await securityQuestions.areRight(id, ['senor bigotes', 'WILHELMINA', ' Oua-gadougou'])).toBe(true);
    for (const wrong of [
      ['Señor Bigotes', 'Wilhelmina', 'Bamako'],
      [...RIGHT].reverse(),
      RIGHT.slice(0, 2),
      [...RIGHT, ''],
      ['', '', ''],
      [],
    ])
      expect(await securityQuestions.areRight(id, wrong)).toBe(false);
  });

  it('are refused where an answer is short, given twice, or a question chosen twice', async () => {
    const { id } = await newAccount();
    const refused = await securityQuestions.set(await identity.askingFor(id), [
      { question: 'pet', answer: 'Rex' },
      { question: 'boss', answer: 'rex' },
      { question: 'pet', answer: 'Ouagadougou' },
    ]);
    expect(refused).toEqual({ is: 'refused', faults: [null, 'same', 'same-question'] });
    expect(await securityQuestions.chosen(database, id)).toBeNull();
  });

  it('are stored as one hash, of which an equal one elsewhere opens nothing, and are in no event', async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    await securityQuestions.set(await identity.askingFor(mine.id), ANSWERED);
    await securityQuestions.set(await identity.askingFor(theirs.id), [...ANSWERED].reverse());
    const rows = await database.selectFrom('security_question').selectAll().execute();
    const events = await database.selectFrom('security_event').selectAll().execute();
    const stored = JSON.stringify([rows, events]).toLowerCase();
    for (const word of ['bigotes', 'wilhelmina', 'ouagadougou']) expect(stored).not.toContain(word);
    const row = rows.find(({ account_id }) => account_id === mine.id);
    expect(row?.answers_hash).toMatch(/^k-[0-9a-f]+\$argon2id\$/);
    await database
      .updateTable('security_question')
      .set({ answers_hash: row?.answers_hash ?? '', questions: row?.questions ?? [] })
      .where('account_id', '=', theirs.id)
      .execute();
    expect(await securityQuestions.areRight(theirs.id, RIGHT)).toBe(false);
  });

  it('are replaced and removed, of which the person is told, and then nothing is right', async () => {
    const { id } = await newAccount();
    await securityQuestions.set(await identity.askingFor(id), ANSWERED);
    await securityQuestions.set(await identity.askingFor(id), [
      { question: 'toy', answer: 'Marionette' },
      { question: 'song', answer: 'Duérmete mi niño' },
      { question: 'film', answer: 'Metropolis' },
    ]);
    expect(await securityQuestions.areRight(id, RIGHT)).toBe(false);
    expect(await securityQuestions.areRight(id, ['marionette', 'duermete mi nino', 'metropolis'])).toBe(true);
    expect(await securityQuestions.remove(await identity.askingFor(id))).toEqual({ is: 'removed' });
    expect(await securityQuestions.remove(await identity.askingFor(id))).toEqual({ is: 'none' });
    expect(await securityQuestions.areRight(id, ['marionette', 'duermete mi nino', 'metropolis'])).toBe(
      false,
    );
    expect(noticesOf(id)).toEqual(['questions-set', 'questions-set', 'questions-removed']);
    const events = await database
      .selectFrom('security_event')
      .select('kind')
      .where('account_id', '=', id)
      .orderBy('seq')
      .execute();
    expect(events.map(({ kind }) => kind)).toEqual(noticesOf(id));
  });

  it('cannot be chosen over and over, also side by side: each time every address is told', async () => {
    const { id } = await newAccount();
    const asking = await identity.askingFor(id);
    const chosen = await Promise.all(
      Array.from({ length: 30 }, () => securityQuestions.set(asking, ANSWERED)),
    );
    expect(chosen.filter((result) => result.is === 'set')).toHaveLength(5);
    expect(noticesOf(id)).toHaveLength(5);
    await securityQuestions.remove(asking);
    expect((await securityQuestions.set(asking, ANSWERED)).is).toBe('wait');
    clock.advance(policy.failures.firstWaitSeconds);
    expect((await securityQuestions.set(asking, ANSWERED)).is).toBe('set');
    const until = new Date(clock.now().getTime() + 2 * policy.failures.firstWaitSeconds * 1000);
    expect(await securityQuestions.set(asking, ANSWERED)).toEqual({ is: 'wait', until });
    expect(await securityQuestions.areRight(id, RIGHT)).toBe(true);
  });

  it('that were disabled by wrong answers may be answered again once others are chosen', async () => {
    const { id } = await newAccount();
    await securityQuestions.set(await identity.askingFor(id), ANSWERED);
    const counted = { subject: accountSubject(id), kind: 'security-answers' } as const;
    for (let tries = 0; tries < policy.failures.disable; tries++) {
      clock.advance(3600);
      await countTry(database, clock, policy.failures, counted);
    }
    expect(await countTry(database, clock, policy.failures, counted)).toEqual({ is: 'disabled' });
    await securityQuestions.set(await identity.askingFor(id), ANSWERED);
    expect((await countTry(database, clock, policy.failures, counted)).is).toBe('admitted');
  });

  it('are gone with the alarm, and not chosen while it lasts', async () => {
    const { id } = await newAccount();
    await securityQuestions.set(await identity.askingFor(id), ANSWERED);
    await raiseAlarm(id);
    expect(await securityQuestions.chosen(database, id)).toBeNull();
    expect(await securityQuestions.set(await identity.askingFor(id), ANSWERED)).toEqual({ is: 'alarmed' });
    expect(await securityQuestions.remove(await identity.askingFor(id))).toEqual({ is: 'alarmed' });
  });
});
