import { expect, it } from 'vitest';
import { type Answer, type TestRoute, testApp, type Visit } from '../testing/app.ts';
import { type DrawnForm, formsIn, isOf } from '../testing/drawn-forms.ts';
import { signIn, signUp } from '../testing/people.ts';

const AMINA = {
  email: 'amina',
  password: 'copper-lantern-harbor-42',
  secret: 'IXTGJ3EOUKY6A3UHWD3QCF3JKCPHZOLH',
};
/** Pages of one route that are looked at, of those that link to each other. */
const OF_A_ROUTE = 3;
/** A character that no answer has, so that nothing is taken, and that is not shown. */
const UNFIT = '\u0007';

const app = await testApp({ people: true });
const sent = new Set<string>();
const faults: Array<{
  readonly is: 'lost' | 'translated';
  readonly where: string;
  readonly what: readonly string[];
}> = [];

/** Opens every page that links lead to from some, in one browser, and sends each of its forms. */
async function walk(visit: Visit, from: readonly string[]): Promise<void> {
  const seen = new Map<TestRoute, number>();
  const known = new Set(from);
  for (const address of known) {
    const route = app.routes.find((each) => each.method === 'GET' && isOf(each, address));
    const times = route === undefined ? OF_A_ROUTE : (seen.get(route) ?? 0);
    if (route === undefined || times >= OF_A_ROUTE) continue;
    seen.set(route, times + 1);
    const page = await visit.get(address);
    const what = translatable(page);
    if (what.length > 0) faults.push({ is: 'translated', where: route.url, what });
    if (page.statusCode === 303) known.add(String(page.headers.location));
    for (const [, link = ''] of page.body.matchAll(/ href="(\/[^"#]*)/g))
      if (!link.startsWith('/assets/') && !link.includes('lang=')) known.add(link.replaceAll('&amp;', '&'));
    for (const form of formsIn(page, address)) await sendUnfit(visit, form);
  }
}

/** Sends a form whose every written answer cannot be one, and looks for them in the answer. */
async function sendUnfit(visit: Visit, { action, hidden, fields }: DrawnForm): Promise<void> {
  const written = fields.filter(({ kind }) => kind === 'written');
  const route = app.routes.find((each) => each.method === 'POST' && isOf(each, action));
  if (written.length === 0 || route === undefined || sent.has(route.url)) return;
  sent.add(route.url);
  const typed = Object.fromEntries(
    written.map(({ name }, at) => [name, `zzx${(at + 10).toString(36)}`] as const),
  );
  const answer = await visit.postRaw(action, {
    ...hidden,
    ...Object.fromEntries(Object.entries(typed).map(([name, text]) => [name, `${text}${UNFIT}`])),
  });
  expect([route.url, answer.statusCode]).toEqual([route.url, 422]);
  expect([route.url, ...Object.values(typed).filter((text) => !answer.body.includes(text))]).toEqual([
    route.url,
  ]);
}

/** What a browser that translates the page would change, and must not: receipts, codes of notices, emails. */
function translatable({ body }: Answer): readonly string[] {
  const main = body.slice(body.indexOf('<main'));
  // What cannot hold an element, and examples of how one is written.
  const plain = main.replaceAll(/<(option|title)\b.*?<\/\1>|<p class="usa-hint".*?<\/p>/gs, '');
  const text = plain.replaceAll(/<(\w+)\b[^>]* translate="no".*?<\/\1>/gs, '').replaceAll(/<[^>]*>/g, ' ');
  return text.match(/ARC\d{10}|\S+@\S+|[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}/g) ?? [];
}

await walk(app.visit(), ['/']);
const newcomer = await signUp(app);
await walk(newcomer.visit, ['/home']);
const { visit: amina } = await signIn(app, AMINA);
await walk(amina, ['/home']);

it('what is written into any form comes back where it is refused, and where its route is not reached, whose `form` has it', () => {
  expect([...sent]).toEqual(expect.arrayContaining(['/sign-in', '/sign-up', '/cases/add', '/account/name']));
  expect(faults.filter(({ is }) => is === 'lost')).toEqual([]);
  expect([...app.forms.lost]).toEqual([]);
});

it('receipts, codes and emails are left as they are by a browser that translates', () => {
  expect(faults.filter(({ is }) => is === 'translated')).toEqual([]);
});
