import type { Post } from '../../platform/messages/index.ts';
import type { Policy } from '../policy/index.ts';
import type { SmsMessages } from './sms-codes.ts';

export function smsMessages(post: Post, { code: { minutes } }: Pick<Policy, 'code'>): SmsMessages {
  return {
    code: (transaction, to, language, code) =>
      post.codeText(transaction, { to, language }, { code, minutes }),
  };
}
