import type { Database } from '../../../platform/database/index.ts';
import type { PersonalData } from '../../../platform/tables/index.ts';

/** Which questions were chosen; not the answers, which the person has. */
export const questionData = ({ database }: { readonly database: Database }): PersonalData => ({
  name: 'securityQuestions',
  read: async ({ accountId }) => {
    const chosen = await database
      .selectFrom('security_question')
      .select(['questions', 'set_at'])
      .where('account_id', '=', accountId)
      .executeTakeFirst();
    return { questions: chosen?.questions ?? [], setAt: chosen?.set_at ?? null };
  },
});
