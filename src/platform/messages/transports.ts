import { domainToASCII } from 'node:url';
import { createTransport } from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport';
import { z } from 'zod';
import type { Clock } from '../clock/index.ts';
import type { Config } from '../config/index.ts';
import type { Database } from '../database/index.ts';
import type { Email, Message, Sms } from './message.ts';

/**
 * Hands a message to whoever takes it to the person.
 * @param id the same for every try of one message
 * @throws when it was not taken
 */
export type Transport<M> = (message: M, id: string, database: Database) => Promise<void>;

type Smtp = Extract<Config['mail'], { is: 'smtp' }>;
type Gateway = Extract<Config['sms'], { is: 'gateway' }>;

/** How long another server may take to answer, before it is tried again later. */
const PATIENCE_MILLISECONDS = 10_000;

/** Email by SMTP. Every try has the same Message-ID (RFC 5322 §3.6.4), so that a mail taken twice shows once. */
export function smtp({ url, from }: Omit<Smtp, 'is'>, patience = PATIENCE_MILLISECONDS): Transport<Email> {
  const limits = { connectionTimeout: patience, greetingTimeout: patience, socketTimeout: patience };
  const host = domainToASCII(from.address.slice(from.address.lastIndexOf('@') + 1)) || 'localhost';
  return async ({ to, subject, text, html, unsubscribe }, id) => {
    // An address as an object is one address: as a text it would be read as a list of them.
    const address = { name: '', address: to };
    // For each message anew, since who sends may have got another password.
    await createTransport({ ...limits, ...loginOf(url()) }, { from: { ...from } })
      .sendMail({
        messageId: `<${id}@${host}>`,
        to: address,
        subject,
        text,
        html,
        headers: { ...AUTOMATIC, ...(unsubscribe === undefined ? {} : endedBy(unsubscribe)) },
      })
      .catch((error: unknown) => {
        const { code, responseCode } = Reason.parse(error);
        throw new NotTaken(`${code ?? 'no code'}, ${responseCode ?? 'no answer'}`);
      });
  };
}

/** Keeps holiday notes and other programs from answering (RFC 3834 §5; X-Auto-Response-Suppress for Exchange). */
const AUTOMATIC = { 'auto-submitted': 'auto-generated', 'x-auto-response-suppress': 'All' };

/** By which mail programs offer to end mail of a kind, at one press (RFC 2369 §3.2, RFC 8058 §3.1). */
const endedBy = (address: string) => ({
  'list-unsubscribe': { prepared: true, value: `<${address}>` },
  'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
});

/** Where mail goes and who sends it. With `authMethod=XOAUTH2` the password is an access token (RFC 6749 §1.4). */
function loginOf(url: string): SMTPTransport.Options & { url: string } {
  const { searchParams, username, password } = new URL(url);
  if (searchParams.get('authMethod') !== 'XOAUTH2') return { url };
  const [user, accessToken] = [decodeURIComponent(username), decodeURIComponent(password)];
  return { url, auth: { type: 'OAuth2', user, accessToken } };
}

/** A message was not taken. Says which answer there was, and not its words, which can hold the address. */
class NotTaken extends Error {
  constructor(answer: string) {
    super(`a message was not taken: ${answer}`);
  }
}

const Reason = z
  .object({ code: z.string().optional(), responseCode: z.number().optional() })
  .catch({ code: undefined, responseCode: undefined });

/**
 * Text messages by a gateway. Any 2xx means that it was taken. A redirect is a refusal: it would carry the
 * authorization elsewhere.
 */
export function gateway(
  { url, authorization, body }: Omit<Gateway, 'is'>,
  patience = PATIENCE_MILLISECONDS,
): Transport<Sms> {
  return async ({ to, text }, id) => {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      headers: { authorization: authorization(), 'content-type': 'application/json', 'idempotency-key': id },
      body: filledIn(body, { to, text }),
      signal: AbortSignal.timeout(patience),
    }).catch((error: unknown) => {
      throw new NotTaken(error instanceof Error ? error.name : 'no answer');
    });
    await response.body?.cancel();
    if (!response.ok) throw new NotTaken(`HTTP ${response.status}`);
  };
}

/** A template of JSON with its placeholders filled in. What is filled in is text and stays text. */
function filledIn(template: string, values: Readonly<Record<string, string>>): string {
  return JSON.stringify(
    JSON.parse(template, (_, value: unknown) =>
      typeof value === 'string'
        ? value.replaceAll(/\{(to|text)\}/g, (_placeholder, name: string) => values[name] ?? '')
        : value,
    ),
  );
}

/** The demonstration's transport for both: a table that the mailbox page shows, where what is delivered twice stands once. */
export function mailbox(clock: Clock): Transport<Message> {
  return async (message, id, database) => {
    const { subject, html } = message.is === 'email' ? message : { subject: '', html: '' };
    await database
      .insertInto('demo_mailbox')
      .values({
        id,
        recipient: message.to,
        channel: message.is,
        subject,
        text: message.text,
        html,
        sent_at: clock.now(),
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  };
}
