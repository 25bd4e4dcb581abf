import { currentCode } from '../identity/credentials/authenticator-app/index.ts';
import type { TestApp, Visit } from './app.ts';

/** What it takes to be a person: a browser, a mailbox and a watch. */
export type Reach = Pick<TestApp, 'visit' | 'mailTo' | 'clock'>;

export const PASSWORD = 'kettle-orbit-94-willow';

export type Newcomer = {
  readonly email: string;
  readonly password: string;
  readonly fullName: string;
  readonly secret: string;
  readonly backupCodes: readonly string[];
  /** The browser in which they signed up, still signed in. */
  readonly visit: Visit;
};

let serial = 0;

/** The newest six-digit code sent to an address. */
export async function emailedCode(app: Reach, address: string): Promise<string> {
  const code = /^ {4}(\d{6})$/m.exec((await app.mailTo(address)).at(-1)?.text ?? '')?.[1];
  if (code === undefined) throw new Error(`no code was sent to ${address}`);
  return code;
}

/** The newest code sent to a telephone number in E.164. */
export async function textedCode(app: Reach, number: string): Promise<string> {
  const code = /^@\S+ #(\d{6})$/m.exec((await app.mailTo(number)).at(-1)?.text ?? '')?.[1];
  if (code === undefined) throw new Error(`no code was sent to ${number}`);
  return code;
}

/** The key that the page of the second step shows as text. */
function shownSecret(body: string): string {
  const key = /(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}/.exec(body)?.[0];
  if (key === undefined) throw new Error('the page shows no key');
  return key.replaceAll(' ', '');
}

/** What the app of a key shows now. */
export const appCode = (app: Reach, secret: string) => currentCode(secret, app.clock.now()).code;

type Details = { readonly email?: string; readonly fullName?: string; readonly visit?: Visit };

/** Signs up page by page as far as the choice of a second step. @returns the browser */
export async function signUpAsFarAsSecondStep(
  app: Reach,
  {
    email = `person${++serial}@example.org`,
    fullName = 'Zdzisława Ngọc Quill',
    visit = app.visit(),
  }: Details = {},
): Promise<Visit> {
  await visit.post('/sign-up', { email }, '/sign-up');
  await visit.post('/sign-up/code', { code: await emailedCode(app, email) }, '/sign-up/code');
  await visit.post('/sign-up/password', { password: PASSWORD }, '/sign-up/password');
  await visit.post(
    '/sign-up/about-you',
    { fullName, 'born-day': '29', 'born-month': '2', 'born-year': '1988', birthCountry: 'PL' },
    '/sign-up/about-you',
  );
  await visit.post('/sign-up/check', {}, '/sign-up/check');
  return visit;
}

/**
 * Signs up page by page, as a person does.
 * @param acknowledge whether the backup codes are said to be kept
 */
export async function signUp(
  app: Reach,
  {
    email = `person${++serial}@example.org`,
    fullName = 'Zdzisława Ngọc Quill',
    acknowledge = true,
    visit = app.visit(),
  }: Details & { readonly acknowledge?: boolean } = {},
): Promise<Newcomer> {
  await signUpAsFarAsSecondStep(app, { email, fullName, visit });
  const secret = shownSecret((await visit.get('/sign-up/authenticator/code')).body);
  await visit.post('/sign-up/authenticator/code', { code: appCode(app, secret) });
  const { body } = await visit.get('/account/backup-codes');
  const backupCodes = [...new Set(body.match(/(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}/g) ?? [])];
  if (backupCodes.length !== 10) throw new Error('signing up did not end at ten backup codes');
  if (acknowledge) await visit.post('/account/backup-codes', { saved: 'yes' });
  return { email, password: PASSWORD, fullName, secret, backupCodes, visit };
}

/** Signs in with the next code of the app. @returns the last answer and the browser */
export async function signIn(
  app: Reach,
  person: Pick<Newcomer, 'email' | 'password' | 'secret'>,
  visit: Visit = app.visit(),
  page = '/sign-in',
) {
  // A code is taken once, so the clock moves to the next.
  app.clock.advance(30);
  const { body } = await visit.get(page);
  const returnTo = /name="return" value="([^"]*)"/.exec(body)?.[1] ?? '/home';
  await visit.post('/sign-in', {
    identifier: person.email,
    password: person.password,
    return: returnTo.replaceAll('&amp;', '&'),
  });
  const answer = await visit.post('/sign-in/code', { code: appCode(app, person.secret) }, '/sign-in/code');
  return { answer, visit };
}
