import type { PlainWordKey } from '../../../platform/i18n/index.ts';

/** How many questions a person chooses, all of which are asked. */
export const QUESTIONS_ASKED = 3;

/**
 * The questions that there are. None asks for what the papers of a case hold: names of the family, places and days of
 * birth, schools, addresses.
 */
const WORDS = {
  teacher: 'security-questions.teacher',
  boss: 'security-questions.boss',
  friend: 'security-questions.friend',
  neighbour: 'security-questions.neighbour',
  pet: 'security-questions.pet',
  nickname: 'security-questions.nickname',
  toy: 'security-questions.toy',
  dish: 'security-questions.dish',
  song: 'security-questions.song',
  book: 'security-questions.book',
  film: 'security-questions.film',
  concert: 'security-questions.concert',
  trip: 'security-questions.trip',
  dream: 'security-questions.dream',
  wheels: 'security-questions.wheels',
} as const satisfies Record<string, PlainWordKey>;

export type SecurityQuestion = keyof typeof WORDS;

export const isQuestion = (text: string): text is SecurityQuestion => Object.hasOwn(WORDS, text);
export const QUESTIONS: readonly SecurityQuestion[] = Object.keys(WORDS).filter(isQuestion);
export const questionWord = (question: SecurityQuestion): PlainWordKey => WORDS[question];

/** The fields of the nth question, from one on. Answers are never shown again, kept or logged. */
export const questionField = (n: number): string => `question${n}`;
export const answerField = (n: number): string => `answer${n}`;
