import type { RoomTables } from '../../../platform/tables/index.ts';

export const QUESTION_TABLES: RoomTables = {
  tables: { security_question: { of: 'account', copied: ['securityQuestions'] } },
  keyed: [
    {
      kind: 'pepper',
      table: 'security_question',
      column: 'answers_hash',
      names: 'hash',
      what: 'sets of answers to security questions',
    },
  ],
};
