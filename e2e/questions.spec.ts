import { expect, test } from './journey.ts';
import { moveIn } from './move-in.ts';
import { answerQuestions, chooseQuestions, loseApp } from './questions.ts';
import { expectSummary, someone } from './steps.ts';

const HOUR = 3600;

for (const language of ['en', 'es'] as const) {
  test.describe(`security questions (${language})`, { tag: '@twice' }, () => {
    test.use({ language });

    test('are chosen, shorten the wait when they are answered, and are removed', async ({
      visitor,
      anotherBrowser,
    }) => {
      const person = someone();
      await moveIn(visitor, person);
      await visitor.open('/account/security/questions');
      await visitor.at('Security questions');
      await visitor.press('Save my questions', 422);
      await visitor.at('Security questions');
      await expectSummary(visitor, visitor.say('Enter your second answer'));
      await chooseQuestions(visitor);
      await expect(visitor.page.getByText(visitor.say('Your questions are saved.'))).toBeVisible();
      await visitor.look();

      const other = await anotherBrowser();
      await other.arrive();
      await loseApp(other, person);
      await other.at('You are on the way back');
      await other.follow('Answer my questions');
      await other.at('Answer your questions');
      await answerQuestions(other, ['Rex', 'Wilhelmina', 'Bamako'], 422);
      await other.at('Answer your questions');
      await expectSummary(
        other,
        other.say(
          'These answers are not all right. {left, plural, one {One try is left} other {# tries are left}}',
          { left: 2 },
        ),
      );
      await answerQuestions(other, [' rex', 'WILHELMINA', 'Ouaga-dougou']);
      await other.at('You are on the way back');
      await expect(
        other.page.getByText(other.say('Your answers are right. You wait less now.')),
      ).toBeVisible();
      other.portico.clock.advance(24 * HOUR);
      await other.open('/recover/questions');
      await other.at('Choose your new second step');
    });
  });
}
