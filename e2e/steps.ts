import { Client } from './http.ts';
import { expect } from './journey.ts';
import { appCode, type Resident } from './people.ts';
import type { Portico } from './portico.ts';
import type { Visitor } from './visitor.ts';

/** Somebody who is going to make an account. */
export type Applicant = {
  readonly email: string;
  readonly password: string;
  readonly fullName: string;
  /** `YYYY-MM-DD` */
  readonly born: string;
  readonly birthCountry: string;
};

/** What a person has in hand once they made an account. */
export type Belongings = { readonly secret: string; readonly backupCodes: readonly string[] };

let applicants = 0;

/** Somebody new, with an address that nobody had before. */
export function someone(details: Partial<Applicant> = {}): Applicant {
  applicants += 1;
  return {
    email: `pilar.${applicants}.${process.pid}@arcadia.example`,
    password: 'marble otter piano 88 dusk',
    fullName: 'Pilar Anaya',
    born: '1979-03-09',
    birthCountry: 'MX',
    ...details,
  };
}

/** As many from one network as make the next one prove itself. */
const CROWD = 30;

/** Others begin to sign up, all at once. */
export async function crowd(portico: Portico): Promise<void> {
  for (let n = 0; n < CROWD; n++) {
    const email = encodeURIComponent(someone().email);
    expect((await new Client(portico).post('/sign-up', `email=${email}`)).status).toBe(303);
  }
}

export async function giveEmail(visitor: Visitor, email: string): Promise<void> {
  await visitor.open('/sign-up');
  await visitor.at('What is your email?');
  await visitor.fill({ Email: email });
  await visitor.press('Continue');
  await visitor.at('Check your email');
}

export async function enterEmailedCode(visitor: Visitor, email: string): Promise<void> {
  await visitor.fill({ 'One-time code': await visitor.portico.code(email) });
  await visitor.press('Continue');
}

export async function choosePassword(visitor: Visitor, password: string): Promise<void> {
  await visitor.at('Choose a password');
  await visitor.fill({ Password: password });
  await visitor.press('Continue');
}

export async function introduce(
  visitor: Visitor,
  { fullName, born, birthCountry }: Applicant,
  status = 200,
): Promise<void> {
  const { language } = visitor;
  const [year = '', month = '', day = ''] = born.split('-');
  const monthName = new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' }).format(
    Date.UTC(2000, Number(month) - 1, 15),
  );
  const country = new Intl.DisplayNames(language, { type: 'region' }).of(birthCountry) ?? '';
  await visitor.fill({ 'Full name': fullName, Day: String(Number(day)), Year: year });
  await visitor.field('Month').selectOption({ label: monthName });
  await visitor.field('Country of birth').selectOption({ label: country });
  await visitor.press('Continue', status);
}

/** Looks at what was said of oneself, and goes on. */
export async function confirmAnswers(visitor: Visitor): Promise<void> {
  await visitor.at('Check your answers');
  await visitor.press('Confirm and continue');
}

export async function setUpApp(visitor: Visitor): Promise<string> {
  await visitor.at('Choose your second step');
  await visitor.follow('An app on your phone');
  await visitor.at('Set up an app');
  return copyKey(visitor);
}

export async function setUpNewApp(visitor: Visitor): Promise<string> {
  await visitor.at('Choose your new second step');
  await visitor.follow('An app on your phone');
  await visitor.at('Set up an app');
  return copyKey(visitor);
}

/** Types the key into an app and the app's code into the page. */
async function copyKey(visitor: Visitor): Promise<string> {
  const secret = (await visitor.page.getByText(/^\s*([A-Z2-7]{4} ?){8}\s*$/).textContent()) ?? '';
  await visitor.fill({ 'One-time code': appCode(secret, visitor.portico.clock.now()) });
  await visitor.press('Continue');
  return secret;
}

export async function saveBackupCodes(visitor: Visitor): Promise<readonly string[]> {
  await visitor.at('Save your backup codes');
  const list = visitor.page.getByRole('list', { name: visitor.say('Your ten backup codes') });
  const codes = await list.getByRole('listitem').allTextContents();
  expect(codes).toHaveLength(10);
  // The box itself is drawn by its label.
  await visitor.page.getByText(visitor.say('I have saved my backup codes')).click();
  await visitor.press('Continue');
  return codes;
}

/** Makes an account from nothing and stands on its home page. */
export async function signUp(visitor: Visitor, applicant: Applicant): Promise<Belongings> {
  await giveEmail(visitor, applicant.email);
  await enterEmailedCode(visitor, applicant.email);
  await choosePassword(visitor, applicant.password);
  await visitor.at('About you');
  await introduce(visitor, applicant);
  await confirmAnswers(visitor);
  const secret = await setUpApp(visitor);
  const backupCodes = await saveBackupCodes(visitor);
  await visitor.at('Home');
  // Whoever made it for somebody else's address is found out by its reader.
  await visitor.portico.link(applicant.email, '/not-me?token=');
  return { secret, backupCodes };
}

/** The first step, on the sign-in page that the person is on. */
export async function enterPassword(
  visitor: Visitor,
  { username, password }: Pick<Resident, 'username' | 'password'>,
  status = 200,
): Promise<void> {
  await visitor.at('Sign in');
  await visitor.fill({ 'Email or username': username, Password: password });
  await visitor.press('Sign in', status);
}

/** The second step, with an app. */
export async function enterAppCode(visitor: Visitor, code: string, status = 200): Promise<void> {
  await visitor.at('Enter your code');
  await visitor.fill({ 'One-time code': code });
  await visitor.press('Continue', status);
}

/** Both steps, from the sign-in page; the page after it is the caller's to look at. */
export async function signIn(visitor: Visitor, person: Resident): Promise<void> {
  await enterPassword(visitor, person);
  await enterAppCode(visitor, appCode(person.totpSecret, visitor.portico.clock.now()));
}

/** Comes in by the front door and signs in. */
export async function arriveAndSignIn(visitor: Visitor, person: Resident): Promise<void> {
  await visitor.arrive();
  await visitor.follow('Sign in');
  await signIn(visitor, person);
  await visitor.at('Home');
}

/** Follows the link of a row: `Change` and what it changes. */
export async function followRow(visitor: Visitor, action: string, row: string): Promise<void> {
  const name = `${visitor.say(action)} ${visitor.say(row)}`;
  await visitor.going(() => visitor.page.getByRole('link', { name, exact: true }).click());
}

/** Makes sure that a page says on top what is wrong, in its title as well, and brings it to the person's notice. */
export async function expectSummary(visitor: Visitor, text: string): Promise<void> {
  const summary = visitor.page.getByRole('alert', { name: visitor.say('There is a problem') });
  await expect(summary).toContainText(text);
  if (visitor.hasScript) await expect(summary).toBeFocused();
  const error = visitor.say('Error: {title}', { title: '' }).trim();
  await expect(visitor.page).toHaveTitle(new RegExp(`^${error}`));
}

/** Makes sure that a page says what is wrong, on top and beside the field. */
export async function expectError(visitor: Visitor, label: string, text: string): Promise<void> {
  await expectSummary(visitor, text);
  await expect(visitor.field(label)).toHaveAccessibleDescription(new RegExp(literally(text)));
}

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
