export { QUESTION_ACTIVITY } from './activity-labels.ts';
export { ANSWERS } from './fields.ts';
export { questionData } from './personal-data.ts';
export { questionsPolicy } from './policy.ts';
export { answerField, questionWord, type SecurityQuestion } from './questions.ts';
export { questionRoutes } from './routes.tsx';
export { makeSecurityQuestions, type SecurityQuestions } from './security-questions.ts';
export { QUESTION_TABLES } from './tables.ts';
