import { describe, expect, it } from 'vitest';
import { HttpRefusal } from '../platform/http/index.ts';
import { freshDatabase } from '../testing/database.ts';
import { testIdentity } from '../testing/identity.ts';
import { NEW_PASSWORD, testRecovery } from '../testing/recovery.ts';
import { parsePhone } from './core/phones/index.ts';

const identity = await testIdentity(await freshDatabase());
const { database, clock, sessions, raiseAlarm, texts, sent } = identity;
const { apps, phoneSettings: phones, emails, passwordChange, closing } = identity;
const ways = testRecovery(identity);

const emailedCode = () => sent.flatMap((mail) => (mail.is === 'code' ? [mail.code] : [])).at(-1) ?? '';

/** Somebody with an app, a number and two addresses, in two sessions, and a way back under way. */
async function wholeAccount(at: number) {
  clock.advance(24 * 3600);
  const account = await ways.newAccount();
  const [here, elsewhere] = [await live(account.id), await live(account.id)];
  const number = parsePhone(`+1202555${4000 + at}`);
  if (number.is !== 'number') throw new Error(number.is);
  await phones.add(here, number.number);
  const pending = await phones.pending(here);
  if (pending === null) throw new Error('no number');
  await phones.enterCode(here, pending, texts.at(-1)?.code ?? '');
  await emails.add(here, `second-${at}@example.org`);
  const waiting = await emails.pending(here);
  if (waiting === null) throw new Error('no address');
  await emails.enterCode(here, waiting, emailedCode());
  const [phone, app, email] = [
    (await phones.list(here))[0]?.id ?? '',
    (await apps.list(here))[0]?.id ?? '',
    (await emails.list(here))[1]?.id ?? '',
  ];
  const other = parsePhone(`+1202555${6000 + at}`);
  if (other.is !== 'number') throw new Error(other.is);
  await phones.add(here, other.number);
  const proving = await phones.pending(here);
  if (proving === null) throw new Error('no other number');
  const code = texts.at(-1)?.code ?? '';
  await ways.begin('password', account.email);
  return { account, here, elsewhere, phone, app, email, proving, code };
}

async function live(accountId: Parameters<typeof identity.askingFor>[0]) {
  const found = await sessions.find(
    await sessions.begin(database, accountId, { proven: true, deviceId: null }),
  );
  if (found.is !== 'live') throw new Error(found.is);
  return found.session;
}

describe('changes of one account in several rooms at the same moment', () => {
  it.each([false, true])(
    'wait for one another, never for ever, and leave a strong second step (with the alarm: %s)',
    async (withAlarm) => {
      for (let round = 0; round < 4; round++) {
        const { account, here, elsewhere, phone, app, email, proving, code } = await wholeAccount(
          round + (withAlarm ? 10 : 0),
        );
        const wanted = { current: account.password, password: NEW_PASSWORD, elsewhere: 'end' } as const;
        const acts = [
          () => passwordChange.change(here, wanted),
          () => phones.remove(elsewhere, phone),
          () => apps.remove(here, app),
          () => emails.remove(elsewhere, email),
          () => phones.enterCode(here, proving, code),
          () => phones.giveUp(elsewhere),
          () => sessions.end(elsewhere, 'signed-out'),
          ...(withAlarm ? [() => raiseAlarm(account.id)] : [() => closing.cancel(elsewhere)]),
        ];
        // Each round begins with another of them.
        const turned = [...acts.slice(round * 2), ...acts.slice(0, round * 2)];
        const done = await Promise.allSettled(turned.map((act) => act()));
        for (const result of done)
          if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(HttpRefusal);
        const strong = (await phones.list(here)).length + (await apps.list(here)).length;
        expect(strong).toBeGreaterThan(0);
      }
    },
  );
});
