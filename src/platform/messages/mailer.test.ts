import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freshDatabase } from '../../testing/database.ts';
import { loadAgency } from '../agency/index.ts';
import { loadLanguages } from '../i18n/index.ts';
import { makeMailer } from './mailer.ts';
import { makeOutbox } from './outbox.ts';

const root = join(import.meta.dirname, '../../..');
const { database, vault, clock } = await freshDatabase();
const agency = loadAgency(join(root, 'agencies/arcadia'));
const languages = loadLanguages(join(root, 'locales'), agency);
const publicUrl = new URL('https://portal.arcadia.example');
const outbox = makeOutbox({ vault, clock, mail: { is: 'mailbox' }, sms: { is: 'mailbox' } });
const mailer = makeMailer({ outbox, languages, agency, publicUrl, clock });

it.each(languages.all)('says to the second when a code was asked for ($language)', async (words) => {
  const to = `${words.language}@example.org`;
  const letters = [
    { subject: 'Your code', paragraphs: ['Type it.'], code: '012345' },
    { subject: 'Your code', paragraphs: ['Type it.'], code: '012345' },
    { subject: 'News', paragraphs: ['Nothing new.'] },
  ];
  const asked: string[] = [];
  for (const letter of letters) {
    asked.push(words.exactTime(clock.now()));
    await mailer.letter(database, { to, language: words.language }, () => letter);
    clock.advance(1);
  }
  for (const { id } of await database.selectFrom('outbox').select('id').execute())
    await outbox.deliver(database, id);
  const [first, second, news] = await database
    .selectFrom('demo_mailbox')
    .select('text')
    .where('recipient', '=', to)
    .orderBy('id')
    .execute();
  expect(first?.text).toContain(`${words.t('messages.code-asked')}: ${asked[0]}`);
  expect(second?.text).toContain(`${words.t('messages.code-asked')}: ${asked[1]}`);
  expect(first?.text).not.toBe(second?.text);
  expect(news?.text).not.toContain(words.t('messages.code-asked'));
});
