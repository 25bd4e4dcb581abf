import { NIL } from 'uuid';
import { z } from 'zod';
import { currentCode } from '../identity/credentials/authenticator-app/index.ts';
import { passHold, RECOVERY_NEXT, recoveryCookie } from '../identity/entry/recovery/index.ts';
import type { Clock } from '../platform/clock/index.ts';
import type { Database } from '../platform/database/index.ts';
import { HttpRefusal, line, type PageScope, parseForm } from '../platform/http/index.ts';
import { tidyEmail, tidyPhone } from '../platform/typed/index.ts';
import { readNotices, readPeople } from './material.ts';
import { AuthenticatorPage, MailboxPage, NoticesPage, PASS_HOLD } from './pages.tsx';

const SHOWN = 50;
/** How often a visitor may let a wait pass. */
const MOST_A_MINUTE = 20;

/** A message is not a page of ours: it runs nothing, and its styles stand in its elements. */
const MAIL_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join(';');

const Key = z.object({
  key: line({ missing: 'demo.key-missing', most: 80 })
    .transform((text) => text.replaceAll(/[\s-]/g, '').toUpperCase())
    .refine((text) => /^[A-Z2-7]{16,64}$/.test(text), 'demo.key-missing'),
});

/** An address as messages name it. A plus before a number arrives as a space where it was not escaped. */
function recipient(typed: string): string {
  const phone = tidyPhone(typed);
  return /^\+?[\d ()-]+$/.test(phone) ? `+${phone.replaceAll(/\D/g, '')}` : tidyEmail(typed).toLowerCase();
}

/** The demonstration's own pages. Registered in demo mode only. */
export function demoRoutes(
  app: PageScope,
  { agencyFolder, database, clock }: { agencyFolder: string; database: Database; clock: Clock },
): void {
  const people = readPeople(agencyFolder);
  const notices = readNotices(agencyFolder);
  const anyone = { config: { access: 'anyone' as const } };

  const mailbox = (to?: string) =>
    database
      .selectFrom('demo_mailbox')
      .select(['id', 'recipient as to', 'channel', 'subject', 'text', 'sent_at as sentAt'])
      .$if(to !== undefined, (query) => query.where('recipient', '=', recipient(to ?? '')))
      .orderBy('sent_at', 'desc')
      .orderBy('id', 'desc')
      .limit(SHOWN)
      .execute();

  app.get('/demo/mailbox', anyone, async (request, reply) =>
    reply.page(<MailboxPage page={request.page(reply)} items={await mailbox()} />),
  );

  app.get('/demo/mailbox.json', anyone, async (request) => {
    const { to } = z.object({ to: z.string().optional().catch(undefined) }).parse(request.query);
    const items = await mailbox(to?.replaceAll('\0', ''));
    return items.map(({ id: _, sentAt, ...item }) => ({
      ...item,
      links: item.text.match(/https?:\/\/\S+/g) ?? [],
      codes: [...new Set(item.text.match(/(?<!\d)\d{6}(?!\d)/g))],
      sentAt: sentAt.toISOString(),
    }));
  });

  app.get('/demo/mailbox/:id', anyone, async (request, reply) => {
    const { id } = z.object({ id: z.uuid().catch(NIL) }).parse(request.params);
    const item = await database
      .selectFrom('demo_mailbox')
      .select('html')
      .where('id', '=', id)
      .where('channel', '=', 'email')
      .executeTakeFirst();
    if (item === undefined) throw new HttpRefusal(404);
    return reply
      .header('content-security-policy', MAIL_POLICY)
      .type('text/html; charset=utf-8')
      .send(item.html);
  });

  app.get('/demo/authenticator', anyone, async (request, reply) => {
    const codes = people.map((person) => ({
      who: person.username,
      ...currentCode(person.totpSecret, clock.now()),
    }));
    return reply.page(<AuthenticatorPage page={request.page(reply)} codes={codes} />);
  });

  app.post(
    '/demo/authenticator',
    { config: { ...anyone.config, form: Key, rateLimit: false } },
    async (request, reply) => {
      const page = request.page(reply);
      const form = parseForm(Key, request);
      if (form.is === 'invalid')
        return reply.page(
          <AuthenticatorPage
            page={page}
            codes={[]}
            typed={form.typed['key']}
            error={page.words.t('demo.key-missing')}
          />,
          422,
        );
      const own = { who: page.words.t('demo.key-own'), ...currentCode(form.value.key, clock.now()) };
      return reply.page(<AuthenticatorPage page={page} codes={[]} typed={form.value.key} own={own} />);
    },
  );

  app.post(
    PASS_HOLD,
    { config: { ...anyone.config, rateLimit: { max: MOST_A_MINUTE } } },
    async (request, reply) => {
      const token = recoveryCookie.read(request);
      if (token !== undefined) await passHold(database, clock, token);
      return reply.redirect(RECOVERY_NEXT, 303);
    },
  );

  app.get('/demo/notices', anyone, async (request, reply) =>
    reply.page(<NoticesPage page={request.page(reply)} notices={notices} />),
  );
}
