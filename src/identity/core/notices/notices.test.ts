import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadAgency } from '../../../platform/agency/index.ts';
import { inBrowser } from '../../../platform/browser/index.ts';
import { loadLanguages } from '../../../platform/i18n/index.ts';
import { makeMailer, makeOutbox } from '../../../platform/messages/index.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { PERSON } from '../../../testing/identity.ts';
import { readPolicy, SECOND_STEPS } from '../../index.ts';
import { createAccount, emailIndexes, sealEmail, setNameInUse } from '../accounts/index.ts';
import { leave, readAddresses } from '../addresses/index.ts';
import { asPhoneNumber, makePhones, type PhoneNumber, parsePhone } from '../phones/index.ts';
import { makeNotices, type Notice, type NoticeKind, removeOldTexts, type WayIn } from './index.ts';

const { database, vault, clock } = await freshDatabase();
const root = join(import.meta.dirname, '../../../..');
const agency = loadAgency(join(root, 'agencies/arcadia'));
const languages = loadLanguages(join(root, 'locales'), agency);
const publicUrl = new URL('https://portal.arcadia.example');
const phones = makePhones({ vault, clock, policy: { most: 3 } });
const outbox = makeOutbox({ vault, clock, mail: { is: 'mailbox' }, sms: { is: 'mailbox' } });
const letters = { languages, agency, publicUrl, clock };
const parts = {
  mailer: makeMailer({ outbox, ...letters }),
  vault,
  clock,
  phones,
  secondSteps: SECOND_STEPS,
  policy: readPolicy({ profile: 'standard', phones: { noticesPerHour: 1_000, noticesPerDay: 1_000 } }),
};
const notices = makeNotices(parts);
const FEW = { noticesPerHour: 6, noticesPerDay: 12 };
const few = makeNotices({ ...parts, policy: readPolicy({ profile: 'standard', phones: FEW }) });

const person = { fullName: 'Zdzisława Ngọc Quill', born: '1988-02-29', birthCountry: 'PL' };
const later = new Date('2026-11-29T12:00:00Z');
const RECOVERY = '018f0000-0000-7000-8000-00000000beef';

async function someone({ language = 'en', fullName = person.fullName } = {}) {
  const email = `${randomUUID()}@example.org`;
  const account = await createAccount(
    database,
    { vault, clock },
    { person: { ...person, fullName }, email, username: randomUUID(), language, passwordHash: 'x' },
  );
  if (account === null) throw new Error('taken');
  return { accountId: account.id, key: account.key, email };
}

type Owner = Parameters<typeof notices.send>[1];
/** An account whose notices go to numbers too. */
async function withTexts(...numbers: readonly PhoneNumber[]): Promise<Owner> {
  const { accountId, key } = await someone();
  for (const number of numbers)
    await database.transaction().execute(async (transaction) => {
      const added = await phones.add(transaction, { accountId, key }, number);
      if (added.is !== 'added') throw new Error(added.is);
      await phones.verify(transaction, accountId, added.id);
      await phones.setNotices(transaction, accountId, added.id, true);
    });
  return accountId;
}

/** Sends a notice and reads all that arrived. */
async function arrived(accountId: Owner, notice: Notice, from = notices) {
  await database.deleteFrom('demo_mailbox').execute();
  await database.transaction().execute((transaction) => from.send(transaction, accountId, notice));
  for (const { id } of await database.selectFrom('outbox').select('id').orderBy('id').execute())
    await outbox.deliver(database, id);
  return database.selectFrom('demo_mailbox').selectAll().orderBy('id').execute();
}

const ALARM: Notice = {
  is: 'alarm-raised',
  recover: '/recover',
  days: 7,
  taken: { passkey: 2, 'backup-code': 1, questions: 1, email: 1, 'email-back': 1 },
  names: ['Old tablet'],
  emails: { out: ['thief@evil.example'], back: ['before@example.org'] },
};
/** One of each kind. */
const EXAMPLES: { readonly [K in NoticeKind]: Notice } = {
  'new-device': { is: 'new-device', browser: 'Firefox', system: 'Windows' },
  'account-created': { is: 'account-created' },
  'password-changed': { is: 'password-changed' },
  'person-corrected': { is: 'person-corrected' },
  'contact-changed': { is: 'contact-changed' },
  'alerts-ended': { is: 'alerts-ended' },
  'appointment-moved': { is: 'appointment-moved' },
  'appointment-cancelled': { is: 'appointment-cancelled' },
  'calendar-added': { is: 'calendar-added' },
  'username-changed': { is: 'username-changed', username: 'zdzisia.quill' },
  'email-added': { is: 'email-added', email: 'new@evil.example' },
  'email-changed': { is: 'email-changed', main: 'new@evil.example', old: 'before@example.org' },
  'email-removed': { is: 'email-removed', email: 'before@example.org' },
  'phone-added': { is: 'phone-added', number: asPhoneNumber('+12025550177') },
  'phone-removed': { is: 'phone-removed', number: asPhoneNumber('+12025550177') },
  'phone-notices-off': { is: 'phone-notices-off', number: asPhoneNumber('+12025550177') },
  'factor-added': { is: 'factor-added', factor: 'passkey', name: 'Zdzisia’s phone' },
  'factor-removed': { is: 'factor-removed', factor: 'authenticator-app', name: null },
  'factor-disabled': { is: 'factor-disabled', factor: 'authenticator-app' },
  'passkey-copied': { is: 'passkey-copied', name: 'Laptop' },
  'second-step-refused': { is: 'second-step-refused', factor: 'authenticator-app', behind: 'password' },
  'backup-codes-renewed': { is: 'backup-codes-renewed' },
  'questions-set': { is: 'questions-set' },
  'questions-removed': { is: 'questions-removed' },
  'backup-code-used': { is: 'backup-code-used', left: 2, onNewDevice: false },
  'recovery-begun': {
    is: 'recovery-begun',
    lost: 'second-step',
    holdUntil: later,
    recovery: RECOVERY,
  },
  'recovery-waits': { is: 'recovery-waits', lost: 'both', holdUntil: later, recovery: RECOVERY },
  'recovery-shortened': { is: 'recovery-shortened', holdUntil: later, recovery: RECOVERY },
  'recovery-ready': { is: 'recovery-ready', recovery: RECOVERY },
  'recovery-finished': { is: 'recovery-finished', anew: 'password', afterAlarm: false, out: [] },
  'recovery-cancelled': { is: 'recovery-cancelled' },
  'alarm-raised': ALARM,
  'alarm-ended': { is: 'alarm-ended', out: ['thief@evil.example'] },
  'person-corrected-by-agency': { is: 'person-corrected-by-agency' },
  'case-released': { is: 'case-released' },
  'sessions-ended': { is: 'sessions-ended' },
  'account-closing': { is: 'account-closing', on: later },
  'account-closing-soon': { is: 'account-closing-soon', on: later },
  'account-erased': { is: 'account-erased' },
  'account-closing-cancelled': { is: 'account-closing-cancelled' },
  'data-ready': { is: 'data-ready', until: later },
};
const MORE: readonly Notice[] = [
  ...(['password', 'passkey', 'authenticator-app', 'sms-code', 'backup-code'] as const).map(
    (factor: WayIn): Notice => ({ is: 'factor-added', factor, name: null }),
  ),
  ...(['second-step', 'both'] as const).map(
    (anew): Notice => ({ is: 'recovery-finished', anew, afterAlarm: true, out: [] }),
  ),
  ...[0, 1, 9].map((left): Notice => ({ is: 'backup-code-used', left, onNewDevice: left === 1 })),
  { is: 'recovery-begun', lost: 'password', holdUntil: later, recovery: RECOVERY },
  { is: 'username-changed', username: null },
];
const ALL = [...Object.values(EXAMPLES), ...MORE];

/** All that a mail program could make a link of, in HTML or in plain text. */
function linksOf(message: { text: string; html: string }): URL[] {
  const written = [message.text, message.html.replaceAll(/<[^>]*>/g, ' ')].flatMap(
    (body) => body.match(/https?:\/\/[^\s<]+|\b[\w-]+(\.[\w-]+)*\.(com|org|example|evil)\b[^\s<]*/gi) ?? [],
  );
  const hrefs = [...message.html.matchAll(/(?:href|src|action)="([^"]*)"/g)].map(([, href = '']) => href);
  return [...written.map((text) => text.replace(/\.$/, '')), ...hrefs].map(
    (text) => new URL(text.includes('://') ? text : `https://${text}`),
  );
}

describe.each(languages.all)('notices in $language', ({ language }) => {
  it('say each kind, whole and in a way of its own', async () => {
    const { accountId, email } = await someone({ language });
    const seen = new Map<string, string>();
    for (const notice of ALL) {
      for (const { recipient, subject, text, html } of await arrived(accountId, notice)) {
        for (const body of [subject, text, html])
          expect(body).not.toMatch(/[{}]|undefined|null|NaN|\bnotices\./);
        expect(subject).toContain('Arcadia');
        expect(text).toContain('portal.arcadia.example');
        expect(text).toContain('2026');
        expect(html).toContain(`<html lang="${language}"`);
        if (recipient === email && notice === EXAMPLES[notice.is]) seen.set(notice.is, subject);
      }
    }
    expect([...seen.keys()].sort()).toEqual(Object.keys(EXAMPLES).sort());
    expect(new Set(seen.values()).size).toBe(seen.size);
  });

  it('hold nothing of the person but the name, in letters to their own addresses alone, and the subject not even that', async () => {
    const { accountId, key, email } = await someone({ language });
    const number = parsePhone('+12025550142');
    if (number.is !== 'number') throw new Error(number.is);
    await database.transaction().execute(async (transaction) => {
      const added = await phones.add(transaction, { accountId, key }, number.number);
      if (added.is !== 'added') throw new Error(added.is);
      await phones.verify(transaction, accountId, added.id);
      await phones.setNotices(transaction, accountId, added.id, true);
    });
    for (const notice of ALL) {
      const messages = await arrived(accountId, notice);
      expect(messages.filter(({ channel }) => channel === 'sms')).toHaveLength(1);
      for (const { recipient, subject, text, html, channel } of messages) {
        const all = `${subject} ${text} ${html}`;
        for (const secret of ['1988', email, 'before@', '5550142', accountId])
          expect(all).not.toContain(secret);
        const greeted = channel === 'email' && recipient !== 'thief@evil.example';
        for (const name of PERSON.fullName.split(' ')) {
          expect(subject).not.toContain(name);
          expect(text.includes(name)).toBe(greeted);
        }
      }
    }
  });

  it('say it in one part of a text message, without a link', async () => {
    const { accountId, key } = await someone({ language });
    const number = parsePhone('+12025550143');
    if (number.is !== 'number') throw new Error(number.is);
    await database.transaction().execute(async (transaction) => {
      const added = await phones.add(transaction, { accountId, key }, number.number);
      if (added.is === 'added') {
        await phones.verify(transaction, accountId, added.id);
        await phones.setNotices(transaction, accountId, added.id, true);
      }
    });
    for (const notice of ALL) {
      const sms = (await arrived(accountId, notice)).filter(({ channel }) => channel === 'sms');
      for (const { text } of sms) {
        expect([text, text.length <= 160]).toEqual([text, true]);
        expect(text).not.toMatch(/https?:|token/);
        expect(text).toContain('Arcadia');
      }
    }
  });
});

describe('a notice', () => {
  const UNTIL = 'November 29, 2026';
  const IF_YOU = 'If this was you, there is nothing to do.';
  const STOP = ['Then stop it with this link.', 'https://portal.arcadia.example/recover/cancel?link='];
  const REPORT = ['This was not me', 'https://portal.arcadia.example/not-me?token='];
  it.each<readonly [Notice, readonly string[]]>([
    [EXAMPLES['new-device'], ['a device that we do not know', 'Firefox on Windows', ...REPORT]],
    [EXAMPLES['person-corrected'], ['is another than before', IF_YOU, ...REPORT]],
    [EXAMPLES['alerts-ended'], ['no longer write', IF_YOU, ...REPORT]],
    [EXAMPLES['contact-changed'], ['is another place than before', IF_YOU, ...REPORT]],
    [EXAMPLES['appointment-moved'], ['chose another time', IF_YOU, ...REPORT]],
    [EXAMPLES['appointment-cancelled'], ['cancelled it', IF_YOU, ...REPORT]],
    [EXAMPLES['calendar-added'], ['reads when and where', IF_YOU, ...REPORT]],
    [EXAMPLES['username-changed'], ['you sign in with it', 'Username: zd•••', ...REPORT]],
    [{ is: 'username-changed', username: null }, ['The username was removed', ...REPORT]],
    [EXAMPLES['email-added'], ['gets messages', 'Email: ne•••@ev•••', ...REPORT]],
    [EXAMPLES['alarm-ended'], ['with the password and a second step']],
    [EXAMPLES['email-removed'], ['can no longer be used', 'Email: be•••@ex•••', ...REPORT]],
    [EXAMPLES['phone-added'], ['can now get codes', 'number that ends in 77', ...REPORT]],
    [EXAMPLES['phone-removed'], ['gets no more codes', 'number that ends in 77', ...REPORT]],
    [EXAMPLES['phone-notices-off'], ['now go to your email', 'number that ends in 77', ...REPORT]],
    [EXAMPLES['password-changed'], ['sign in with the new password', IF_YOU, ...REPORT]],
    [EXAMPLES['factor-added'], ['added to your account', 'Passkey', 'Name: Zdzisia’s phone', ...REPORT]],
    [EXAMPLES['factor-removed'], ['no longer be used', 'Authenticator app', ...REPORT]],
    [EXAMPLES['factor-disabled'], ['too many wrong tries', 'Authenticator app', 'is guessing', ...REPORT]],
    [EXAMPLES['passkey-copied'], ['We refused it', 'Laptop', ...REPORT]],
    [
      EXAMPLES['second-step-refused'],
      ['got past the first step', 'Authenticator app', IF_YOU, 'may know your password', ...REPORT],
    ],
    [
      { is: 'second-step-refused', factor: 'sms-code', behind: 'email' },
      ['opened a link that we emailed', IF_YOU, 'may be reading your email', ...REPORT],
    ],
    [
      { is: 'second-step-refused', factor: 'passkey', behind: 'session' },
      ['who is signed in', 'Passkey', IF_YOU, ...REPORT],
    ],
    [{ is: 'backup-code-used', left: 4, onNewDevice: false }, ['You have 4 left', IF_YOU]],
    [{ is: 'backup-code-used', left: 3, onNewDevice: false }, ['You have 3 left', 'make new ones']],
    [
      { is: 'backup-code-used', left: 4, onNewDevice: true },
      ['was used on a new device', 'on a device that we do not know', 'You have 4 left'],
    ],
    [{ is: 'backup-code-used', left: 0, onNewDevice: false }, ['It was your last one', 'make new ones']],
    [EXAMPLES['recovery-begun'], ['They gave the password', 'their second step', UNTIL, ...STOP]],
    [
      EXAMPLES['recovery-waits'],
      ['They gave a backup code', 'their password and their second step', UNTIL, ...STOP],
    ],
    [
      { is: 'recovery-begun', lost: 'password', holdUntil: later, recovery: RECOVERY },
      ['a short time ago, so we wait', UNTIL, ...STOP],
    ],
    [
      { is: 'recovery-begun', lost: 'everything', holdUntil: later, recovery: RECOVERY },
      ['They showed us their papers', UNTIL, 'the code that we gave you', ...STOP],
    ],
    [EXAMPLES['person-corrected-by-agency'], ['We changed your name', 'If you asked us for this', ...REPORT]],
    [EXAMPLES['case-released'], ['a case out of your account', 'If you asked us for this', ...REPORT]],
    [EXAMPLES['recovery-shortened'], ['answered your security questions', UNTIL, ...STOP]],
    [EXAMPLES['recovery-ready'], ['come back now', ...STOP]],
    [
      EXAMPLES['alarm-raised'],
      [
        'signed the account out everywhere',
        'What to do next',
        'Taken out: 1 email, 2 passkeys, backup codes, and security questions (th•••@ev•••, Old tablet)',
        'Brought back: 1 email (be•••@ex•••)',
        'Get my account back',
      ],
    ],
    [
      {
        is: 'alarm-raised',
        recover: '/recover',
        days: 7,
        taken: {},
        names: [],
        emails: { out: [], back: [] },
      },
      ['We took no email and no way to sign in out of the account', 'Get my account back'],
    ],
    [EXAMPLES['account-created'], ['You sign in with this email', IF_YOU, ...REPORT]],
    [EXAMPLES['recovery-finished'], ['Only the new one works', IF_YOU, ...REPORT]],
    [
      { is: 'recovery-finished', anew: 'second-step', afterAlarm: true, out: [] },
      ['new backup codes were set up', 'the protection ended', ...REPORT],
    ],
    [
      { is: 'recovery-finished', anew: 'both', afterAlarm: false, out: [] },
      ['A new password, a new second step'],
    ],
    [
      EXAMPLES['account-closing'],
      [`We close it and erase its data on ${UNTIL}`, 'Your cases stay', ...REPORT],
    ],
    [
      EXAMPLES['account-closing-soon'],
      [
        `We erase it on ${UNTIL}`,
        'Keep my account',
        'https://portal.arcadia.example/account/closing',
        ...REPORT,
      ],
    ],
    [EXAMPLES['account-erased'], ['We erased your account', 'did not ask us', 'tell the agency']],
    [EXAMPLES['data-ready'], [`until ${UNTIL}`, ...REPORT]],
  ])(
    '%j tells what happened, and what to do where it was somebody else (ASVS 6.3.7)',
    async (notice, told) => {
      const { accountId } = await someone();
      const [mail] = await arrived(accountId, notice);
      const text = (mail?.text ?? '').replaceAll(/\s+/g, ' ');
      for (const words of told) expect(text).toContain(words);
      if (told.includes('make new ones')) expect(text).not.toContain(IF_YOU);
    },
  );

  it.each([
    ['Firefox', 'Windows', 'Firefox on Windows'],
    ['Firefox 140', 'X-Linux', 'Firefox 140 on X-Linux'],
    ['  Fire.fox//evil  ', 'Ñandú\u202e', 'Fire fox evil on Ñandú'],
    ['a'.repeat(60), 'b', `${'a'.repeat(40)} on b`],
  ])('names the browser %j on %j in words alone: %s', async (browser, system, expected) => {
    const { accountId } = await someone();
    const [mail] = await arrived(accountId, { is: 'new-device', browser, system });
    expect(mail?.text.replaceAll(/\s+/g, ' ')).toContain(`Device: ${expected} `);
  });

  it('by text message says where to read on: of a locked account that the person gets it back', async () => {
    const { accountId, key } = await someone();
    const number = parsePhone('+12025550145');
    if (number.is !== 'number') throw new Error(number.is);
    const other = parsePhone('+12025550146');
    if (other.is !== 'number') throw new Error(other.is);
    await database.transaction().execute(async (transaction) => {
      for (const each of [number, other]) {
        const added = await phones.add(transaction, { accountId, key }, each.number);
        if (added.is !== 'added') throw new Error(added.is);
        await phones.verify(transaction, accountId, added.id);
        if (each === number) await phones.setNotices(transaction, accountId, added.id, true);
      }
    });
    const texts = async (notice: Notice) =>
      (await arrived(accountId, notice)).flatMap(({ channel, recipient, text }) =>
        channel === 'sms' ? [`${recipient}: ${text}`] : [],
      );
    expect(await texts(EXAMPLES['alarm-raised'])).toEqual([
      expect.stringMatching(/^\+12025550145: .*protected.* To get back in, .*portal\.arcadia\.example/),
    ]);
    expect(await texts(EXAMPLES['account-erased'])).toEqual([
      expect.stringMatching(/^\+12025550145: .*was erased\. Our email says more\.$/),
    ]);
    expect(await texts(EXAMPLES['password-changed'])).toEqual([
      expect.stringMatching(/^\+12025550145: .*password was changed. Was this not you\? .*portal\.arcadia/),
    ]);
  });

  it.each(['en', 'es'])('tells each reader what the main email is to them, in %s', async (language) => {
    const { t } = languages.get(language);
    const { accountId, key, email } = await someone({ language });
    const [former, third] = [`${randomUUID()}@example.org`, `${randomUUID()}@example.org`];
    for (const each of [former, third]) await addEmail(accountId, key, each);
    const told = await arrived(accountId, { is: 'email-changed', main: email, old: former });
    const texts = new Map(
      told.map(({ recipient, text }) => [recipient, text.replaceAll(/\s+/g, ' ')] as const),
    );
    expect(texts.get(email)).toContain(t('notices.email-changed-new'));
    expect(texts.get(former)).toContain(t('notices.email-changed-old'));
    expect(texts.get(third)).toContain(t('notices.email-changed-text'));
    for (const text of texts.values()) expect(text).toContain(t('emails.main'));
  });

  it('tells an address that it was removed itself, and the others that one was', async () => {
    const { accountId, email } = await someone();
    const told = await arrived(accountId, EXAMPLES['email-removed']);
    const texts = new Map(
      told.map(({ recipient, text }) => [recipient, text.replaceAll(/\s+/g, ' ')] as const),
    );
    expect(texts.get('before@example.org')).toContain('This address can no longer be used');
    expect(texts.get(email)).toContain('The address can no longer be used');
  });

  it('says in which browser it was done, but not to an address that is no longer of the account', async () => {
    const { accountId, email } = await someone();
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
    const mails = await inBrowser(firefox, () => arrived(accountId, EXAMPLES['email-removed']));
    expect(mails).toHaveLength(2);
    for (const { recipient, text, html } of mails)
      for (const body of [text, html]) expect(body.includes('Firefox on Linux')).toBe(recipient === email);
    const [job] = await arrived(accountId, EXAMPLES['data-ready']);
    expect(job?.text).not.toContain('Device');
  });

  it('about an account that is no more is told to nobody', async () => {
    const { accountId } = await someone();
    await database.deleteFrom('account_email').where('account_id', '=', accountId).execute();
    expect(await arrived(accountId, EXAMPLES['email-removed'])).toEqual([]);
  });

  const LINK = /\/(not-me\?token|recover\/cancel\?link)=/;
  /** Who got a message, and who of them a link that does something. */
  const linked = async (accountId: Owner, notice: Notice) =>
    new Map((await arrived(accountId, notice)).map(({ recipient, text }) => [recipient, LINK.test(text)]));

  it('goes to every address of the account, and its link to those that stand highest (ASVS 6.3.7)', async () => {
    const { accountId, key, email } = await someone();
    const young = `${randomUUID()}@example.org`;
    clock.advance(3600);
    await addEmail(accountId, key, young);
    for (const is of ['password-changed', 'recovery-begun'] as const)
      expect(await linked(accountId, EXAMPLES[is])).toEqual(
        new Map([
          [email, true],
          [young, false],
        ]),
      );
    const [, told] = await arrived(accountId, EXAMPLES['recovery-begun']);
    expect(told?.text.replaceAll(/\s+/g, ' ')).toContain(
      'Then sign in and look at the security of your account',
    );
    clock.advance(7 * 24 * 3600);
    expect(await linked(accountId, EXAMPLES['password-changed'])).toEqual(
      new Map([
        [email, true],
        [young, true],
      ]),
    );
  });

  it('of what takes something away goes to who left the account lately, too, with a link (ASVS 6.3.7)', async () => {
    const { accountId, key, email } = await someone();
    const next = `${randomUUID()}@example.org`;
    clock.advance(3600);
    await addEmail(accountId, key, next);
    await database.transaction().execute(async (transaction) => {
      const [main] = await readAddresses(transaction, parts, accountId);
      if (main !== undefined) await leave(transaction, parts, accountId, main);
    });
    const removed = { is: 'email-removed', email } as const;
    expect(await linked(accountId, removed)).toEqual(
      new Map([
        [next, true],
        [email, true],
      ]),
    );
    for (const is of ['recovery-begun', 'recovery-finished', 'password-changed'] as const)
      expect(await linked(accountId, EXAMPLES[is])).toEqual(
        new Map([
          [next, true],
          [email, true],
        ]),
      );
    const [, former] = await arrived(accountId, EXAMPLES['recovery-begun']);
    expect(former?.text).toContain('/not-me?token=');
    expect(await linked(accountId, EXAMPLES['new-device'])).toEqual(new Map([[next, true]]));
    clock.advance(7 * 24 * 3600);
    expect(await linked(accountId, EXAMPLES['recovery-begun'])).toEqual(new Map([[next, true]]));
  });

  it('of a locked account leads to getting it back, and to nothing by which a reader reports', async () => {
    const { accountId, key } = await someone();
    await addEmail(accountId, key, `${randomUUID()}@example.org`);
    const messages = await arrived(accountId, EXAMPLES['alarm-raised']);
    expect(messages).toHaveLength(3);
    for (const { recipient, text, html } of messages)
      for (const body of [text, html]) {
        const isOut = recipient === 'thief@evil.example';
        expect(body.includes('https://portal.arcadia.example/recover')).toBe(!isOut);
        // Whoever put that address there learns nothing but that it is out.
        expect(/Zdzis|•••|before|passkey/.test(body)).toBe(!isOut);
        expect(body).not.toMatch(LINK);
      }
  });

  it('goes nowhere when the change is rolled back (ASVS 2.3.3)', async () => {
    const { accountId } = await someone();
    const failure = new Error('rolled back');
    await expect(
      database.transaction().execute(async (transaction) => {
        await notices.send(transaction, accountId, { is: 'password-changed' });
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(await database.selectFrom('outbox').select('id').execute()).toEqual([]);
  });

  it('is a text message few times an hour and a day to one number, whatever it says, and by email always', async () => {
    const number = asPhoneNumber('+12025550155');
    const owners = [await withTexts(number), await withTexts(number)] as const;
    const [mine, theirs] = owners;
    const channels = async (accountId: Owner, notice: Notice) =>
      (await arrived(accountId, notice, few)).map(({ channel }) => channel).join('+');
    const often: Notice = { is: 'username-changed', username: null };
    const grave: Notice = { is: 'password-changed' };
    for (let n = 0; n < 4; n++) expect(await channels(owners[n % 2] ?? mine, often)).toBe('email+sms');
    for (const owner of owners) expect(await channels(owner, often)).toBe('email');
    // What somebody else may have done with the account has the rest.
    for (const owner of owners) expect(await channels(owner, grave)).toBe('email+sms');
    expect(await channels(mine, grave)).toBe('email');
    const elsewhere = await withTexts(asPhoneNumber('+12025550156'));
    expect(await channels(elsewhere, often)).toBe('email+sms');

    clock.advance(3600);
    for (let n = 0; n < 2; n++) expect(await channels(theirs, often)).toBe('email+sms');
    expect(await channels(theirs, often)).toBe('email');
    for (let n = 0; n < 4; n++) expect(await channels(mine, grave)).toBe('email+sms');
    clock.advance(3600);
    expect(await channels(mine, grave)).toBe('email');
    // A day after the first ones.
    clock.advance(22 * 3600 - 1);
    expect(await channels(mine, grave)).toBe('email');
    clock.advance(1);
    expect(await channels(mine, grave)).toBe('email+sms');
  });

  it('leaves a third of the text messages of a number for those, or more, never less', async () => {
    const accountId = await withTexts(asPhoneNumber('+12025550160'));
    for (const most of [1, 2, 3, 4, 6, 10]) {
      await database.deleteFrom('notice_text').execute();
      const few = { noticesPerHour: most, noticesPerDay: most };
      const limited = makeNotices({ ...parts, policy: readPolicy({ profile: 'standard', phones: few }) });
      const texted = async (notice: Notice) => {
        let count = 0;
        for (let n = 0; n <= most; n++)
          count += Number(
            (await arrived(accountId, notice, limited)).some(({ channel }) => channel === 'sms'),
          );
        return count;
      };
      const often = await texted({ is: 'sessions-ended' });
      expect(often).toBeLessThanOrEqual((most * 2) / 3);
      expect(often + (await texted({ is: 'password-changed' }))).toBe(most);
    }
  });

  it('by text message says that somebody may be taking the account, also after many of what a session can do', async () => {
    const grave: readonly NoticeKind[] = [
      'alarm-ended',
      'alarm-raised',
      'email-removed',
      'password-changed',
      'recovery-begun',
      'recovery-ready',
      'recovery-shortened',
      'recovery-finished',
      'account-closing',
      'account-closing-soon',
      'account-erased',
    ];
    const accountId = await withTexts(asPhoneNumber('+12025550159'));
    const texted = new Set<NoticeKind>();
    for (const notice of Object.values(EXAMPLES)) {
      await database.deleteFrom('notice_text').execute();
      for (let n = 0; n < 4; n++) await arrived(accountId, { is: 'sessions-ended' }, few);
      const told = await arrived(accountId, notice, few);
      if (told.some(({ channel }) => channel === 'sms')) texted.add(notice.is);
    }
    expect(texted).toEqual(new Set(grave));
  });

  it('counts the text messages that are written at the same moment, and forgets those of yesterday', async () => {
    await database.deleteFrom('notice_text').execute();
    const numbers = [asPhoneNumber('+12025550157'), asPhoneNumber('+12025550158')];
    const owners = [await withTexts(...numbers), await withTexts(...numbers.toReversed())] as const;
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        database
          .transaction()
          .execute((transaction) =>
            few.send(transaction, owners[n % 2] ?? owners[0], { is: 'password-changed' }),
          ),
      ),
    );
    const texts = await database.selectFrom('outbox').select('id').where('channel', '=', 'sms').execute();
    expect(texts).toHaveLength(2 * FEW.noticesPerHour);
    await database.deleteFrom('outbox').execute();
    const counted = () => database.selectFrom('notice_text').selectAll().execute();
    await removeOldTexts(database, clock);
    expect(await counted()).toHaveLength(2 * FEW.noticesPerHour);
    clock.advance(24 * 3600);
    await removeOldTexts(database, clock);
    expect(await counted()).toEqual([]);
  });

  it('goes to telephones only where it was chosen and text messages can be sent', async () => {
    const { accountId, key } = await someone();
    const number = parsePhone('+12025550144');
    if (number.is !== 'number') throw new Error(number.is);
    const id = await database.transaction().execute(async (transaction) => {
      const added = await phones.add(transaction, { accountId, key }, number.number);
      if (added.is !== 'added') throw new Error(added.is);
      await phones.verify(transaction, accountId, added.id);
      return added.id;
    });
    const channels = async (from = notices) =>
      (await arrived(accountId, { is: 'password-changed' }, from)).map(({ channel }) => channel);
    expect(await channels()).toEqual(['email']);
    await phones.setNotices(database, accountId, id, true);
    expect(await channels()).toEqual(['email', 'sms']);
    const none = makeOutbox({ vault, clock, mail: { is: 'mailbox' }, sms: { is: 'none' } });
    expect(
      await channels(makeNotices({ ...parts, mailer: makeMailer({ outbox: none, ...letters }) })),
    ).toEqual(['email']);
  });

  it('links to the configured host alone, whatever a name, a browser or a path is', async () => {
    const word = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.constantFrom(
        'http://evil.example',
        'www.evil.example',
        'evil.com/a',
        '<a href="//evil.com">',
        'a@evil.org',
      ),
    );
    await fc.assert(
      fc.asyncProperty(word, word, word, word, async (first, browser, system, given) => {
        fc.pre(first.isWellFormed());
        const { accountId } = await someone({ fullName: `${first} Quill` });
        for (const notice of [
          { is: 'new-device', browser, system },
          { is: 'factor-removed', factor: 'passkey', name: given },
          { is: 'username-changed', username: given },
          { is: 'email-added', email: `${first}@${given}` },
        ] satisfies readonly Notice[])
          for (const message of await arrived(accountId, notice)) {
            const links = linksOf(message);
            expect(links.length).toBeGreaterThan(3);
            for (const link of links) expect(link.host).toBe(publicUrl.host);
          }
      }),
      { numRuns: 60 },
    );
  });

  it('is refused where its link would lead elsewhere', async () => {
    const { accountId } = await someone();
    const elsewhere = fc.oneof(
      fc.constantFrom(
        '//evil.example',
        '/\\evil.example',
        'https://evil.example/',
        '/\t/evil.example',
        'javascript:1',
        'x',
      ),
      fc.webUrl(),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(elsewhere, async (path) => {
        const notice = { ...ALARM, recover: path };
        const messages = await arrived(accountId, notice).catch(() => []);
        for (const message of messages)
          for (const link of linksOf(message)) expect(link.host).toBe(publicUrl.host);
        if (/^(\/[/\\]|https?:|[a-z])/.test(path)) expect(messages).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['Zdzisia', 'Zdzisia'],
    ['Kit Quill', 'Kit Quill'],
    ['Dr. Quill', 'Dr. Quill'],
    ['evil.example', null],
  ])('greets whoever chose to be called %s as %s', async (chosen, expected) => {
    const { accountId, key } = await someone();
    await setNameInUse(database, { accountId, key }, chosen);
    const [mail] = await arrived(accountId, { is: 'password-changed' });
    expect(mail?.text.split('\n')).toContain(expected === null ? 'Hello,' : `Hello ${expected},`);
    expect(mail?.text).not.toContain('Zdzisława');
  });
});

async function addEmail(
  accountId: string,
  key: Awaited<ReturnType<typeof someone>>['key'],
  email: string,
): Promise<void> {
  const id = randomUUID();
  await database
    .insertInto('account_email')
    .values({
      id,
      account_id: accountId,
      email_index: emailIndexes(vault, email)[0],
      email_sealed: sealEmail(key, id, email),
      is_primary: false,
      verified_at: clock.now(),
    })
    .execute();
}
