import { Client } from './http.ts';
import { expect } from './journey.ts';
import { appCode } from './people.ts';
import { type Applicant, type Belongings, someone } from './steps.ts';
import type { Visitor } from './visitor.ts';

/** Makes an account and stands on its home page, for journeys that are about what comes after. */
export async function moveIn(visitor: Visitor, applicant: Applicant): Promise<Belongings> {
  const { client, ...belongings } = await signUpElsewhere(visitor, applicant);
  // A cookie of a __Host- name is only taken from a secure address; the browser then counts localhost as one.
  const url = visitor.portico.url.replace('http:', 'https:');
  await visitor.page.context().addCookies(client.cookies.map((cookie) => ({ ...cookie, url, secure: true })));
  await visitor.open('/home');
  await visitor.at('Home');
  return belongings;
}

/** Makes an account and stands on its home page, with the app's next code. */
export async function settle(visitor: Visitor): Promise<Applicant & { secret: string }> {
  const applicant = someone();
  const { secret } = await moveIn(visitor, applicant);
  // Each code works once, and the next step may ask for one.
  visitor.portico.clock.advance(30);
  return { ...applicant, secret };
}

/** Makes an account by sending the forms that `sign-up.spec.ts` fills in, without a browser. */
export async function signUpElsewhere(
  { portico, language, page }: Visitor,
  { email, password, fullName, born, birthCountry }: Applicant,
): Promise<Belongings & { client: Client }> {
  const client = new Client(portico, {
    headers: { 'user-agent': await page.evaluate(() => navigator.userAgent) },
    cookies: { 'portico-language': language },
  });
  const give = async (path: string, answers: Readonly<Record<string, string>>): Promise<void> => {
    const { status } = await client.post(path, new URLSearchParams(answers).toString());
    expect(status, path).toBe(303);
  };
  const [year = '', month = '', day = ''] = born.split('-').map((part) => String(Number(part)));
  await give('/sign-up', { email });
  const code = await portico.code(email);
  await give('/sign-up/code', { code });
  await give('/sign-up/password', { password });
  await give('/sign-up/about-you', {
    fullName,
    birthCountry,
    'born-day': day,
    'born-month': month,
    'born-year': year,
  });
  await give('/sign-up/check', {});
  const { body: app } = await client.get('/sign-up/authenticator/code');
  const secret = /data-copy="([A-Z2-7]{32})"/.exec(app)?.[1] ?? '';
  await give('/sign-up/authenticator/code', { code: appCode(secret, portico.clock.now()) });
  const { body: codes } = await client.get('/account/backup-codes');
  const backupCodes = [...codes.matchAll(/<li><code[^>]*>([^<]+)</g)].map(([, text = '']) => text);
  expect(backupCodes).toHaveLength(10);
  await give('/account/backup-codes', { saved: 'yes' });
  return { secret, backupCodes, client };
}
