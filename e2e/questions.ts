import { enterPassword } from './steps.ts';
import type { Visitor } from './visitor.ts';

const CHOSEN = [
  ['pet', 'Rex'],
  ['boss', 'Wilhelmina'],
  ['trip', 'Ouagadougou'],
] as const;

/** Chooses three questions and answers on the page for it. */
export async function chooseQuestions(visitor: Visitor): Promise<void> {
  for (const [at, [question, answer]] of CHOSEN.entries()) {
    const number = at + 1;
    const select = visitor.say('Question {number}', { number });
    await visitor.page.getByLabel(select, { exact: true }).selectOption(question);
    const field = visitor.say('Answer {number}', { number });
    await visitor.page.getByLabel(field, { exact: true }).fill(answer);
  }
  await visitor.press('Save my questions');
  await visitor.at('Security questions');
}

/** Begins the way back of who lost their app, as far as the wait. */
export async function loseApp(visitor: Visitor, person: { email: string; password: string }): Promise<void> {
  await visitor.open('/sign-in');
  await enterPassword(visitor, { username: person.email, password: person.password });
  await visitor.at('Enter your code');
  await visitor.follow('I no longer have a second step');
  await visitor.at('You do not have your second step');
  await visitor.press('Send me a code');
  await visitor.at('Enter the code from your email');
  await visitor.fill({ 'One-time code': await visitor.portico.code(person.email) });
  await visitor.press('Continue');
}

export async function answerQuestions(
  visitor: Visitor,
  answers: readonly string[],
  status = 200,
): Promise<void> {
  const questions = [
    'Name of your first pet',
    'First name of your first boss',
    'First trip without your family',
  ];
  for (const [at, question] of questions.entries()) await visitor.fill({ [question]: answers[at] ?? '' });
  await visitor.press('Send my answers', status);
}
