import { z } from 'zod';

const common = {
  to: z.string(),
  text: z.string(),
  /** For how long it is of use: a code that has expired is not sent any more. */
  usefulMinutes: z.number().optional(),
};
const Email = z.object({
  is: z.literal('email'),
  ...common,
  subject: z.string(),
  html: z.string(),
  /** Where a program ends mail of this kind by one POST (RFC 8058), for what the reader can do without. */
  unsubscribe: z.string().optional(),
});
const Sms = z.object({ is: z.literal('sms'), ...common });
export const Message = z.discriminatedUnion('is', [Email, Sms]);

/** An email to one address. The subject holds no personal data: it shows on a locked screen. */
export type Email = z.infer<typeof Email>;
/** A text message to one number in E.164. All of it shows on a locked screen, so it holds no personal data. */
export type Sms = z.infer<typeof Sms>;
export type Message = z.infer<typeof Message>;
export type Channel = Message['is'];
