import { expect, test } from './journey.ts';
import { moveIn } from './move-in.ts';
import { amina, mateo, type Newcomer, newcomers, withTwoCases } from './people.ts';
import { arriveAndSignIn, expectError, someone } from './steps.ts';
import type { Visitor } from './visitor.ts';

const NO_MATCH = 'No case matches this number, this code and your details';

async function addCase(visitor: Visitor, receipt: string, accessCode: string, status = 200): Promise<void> {
  await visitor.at('Add a case');
  await visitor.fill({ 'Receipt number': receipt, 'Access code': accessCode });
  await visitor.press('Add this case', status);
}

const oneName = newcomers.find(({ fullName }) => !fullName.includes(' ') && /^\w+$/.test(fullName));

for (const [language, newcomer] of [
  ['en', withTwoCases],
  ['es', oneName],
] as const) {
  test.describe(`claim a case (${language})`, () => {
    test.use({ language });

    test('with what is printed on the notice', { tag: '@twice' }, async ({ visitor }) => {
      const { receipt, accessCode, fullName, alsoAppears } = notNull(newcomer);
      const { page, say } = visitor;
      await visitor.arrive();
      await visitor.open('/demo/notices');
      await visitor.at('Demo notices');
      await expect(page.getByRole('main')).toContainText(accessCode);
      await moveIn(visitor, someone(notNull(newcomer)));
      await visitor.follow('Add a case');
      await addCase(visitor, '', '', 422);
      await expectError(visitor, 'Receipt number', say('Enter the receipt number'));
      await expectError(visitor, 'Access code', say('Enter the access code'));
      await addCase(visitor, receipt, 'AAAA-BBBB-CCCC', 422);
      await expectError(visitor, 'Receipt number', say(NO_MATCH));
      await expect(visitor.field('Receipt number')).toHaveValue(receipt);
      await expect(visitor.field('Access code')).toHaveValue('AAAA-BBBB-CCCC');

      const careless = (text: string) => ` ${text.toLowerCase().replaceAll('-', ' ')} `;
      await addCase(visitor, careless(receipt), careless(accessCode));
      await expect(page).toHaveURL(`${visitor.portico.url}/cases/${receipt}?added=${alsoAppears.length}`);
      await expect(page.getByRole('status')).toContainText(say('This case is now in your account'));
      await visitor.look();
      await expect(page.getByRole('main')).toContainText(fullName.split(' ').at(-1) ?? '');

      await visitor.follow('Cases');
      await visitor.at('Your cases');
      for (const each of [receipt, ...alsoAppears]) await expect(page.getByRole('main')).toContainText(each);
      await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1 + alsoAppears.length);

      // Once more, as a person who is not sure that it worked.
      await visitor.open('/cases/add');
      await addCase(visitor, receipt, accessCode);
      await expect(page).toHaveURL(`${visitor.portico.url}/cases/${receipt}`);
    });
  });
}

test('a case of somebody else is not found, as one that does not exist', { tag: '@rule' }, async ({
  visitor,
}) => {
  await arriveAndSignIn(visitor, amina);
  const pages = [];
  for (const receipt of [mateo.receipts[0], 'ARC9999999999', 'nothing', '%00', '..%2f..']) {
    const { status } = await visitor.open(`/cases/${receipt}`);
    expect(status).toBe(404);
    await visitor.at('We could not find that page');
    pages.push(await visitor.page.getByRole('main').textContent());
  }
  expect(new Set(pages).size).toBe(1);
});

test.describe('wrong tries', () => {
  // Mateo reads Spanish.
  test.use({ language: 'es' });

  test('after five of them the person waits, even with a case that is theirs already', {
    tag: '@rule',
  }, async ({ visitor, portico }) => {
    await arriveAndSignIn(visitor, mateo);
    await visitor.open('/cases/add');
    const { receipt, accessCode } = withTwoCases;
    for (let tries = 0; tries < 4; tries++) await addCase(visitor, receipt, `WRONG-CODE-${tries}`, 422);
    // A case that is there already is no way to begin the count anew.
    await addCase(visitor, mateo.receipts[0] ?? '', 'whatever');
    await visitor.look();
    await visitor.open('/cases/add');
    await addCase(visitor, receipt, accessCode, 422);
    await addCase(visitor, receipt, accessCode, 429);
    await visitor.at('Add a case');
    await expectError(
      visitor,
      'Receipt number',
      visitor.say('There were several wrong tries. You can try again in {time}', { time: '30 segundos' }),
    );
    await expect(visitor.field('Receipt number')).toHaveValue(receipt);
    portico.clock.advance(30);
    await addCase(visitor, receipt, accessCode, 422);
    await expectError(visitor, 'Receipt number', visitor.say(NO_MATCH));
  });
});

function notNull(newcomer: Newcomer | undefined): Newcomer {
  if (newcomer === undefined) throw new Error('the demonstration has no such newcomer');
  return newcomer;
}
