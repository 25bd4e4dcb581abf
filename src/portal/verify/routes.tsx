import { z } from 'zod';
import type { Policy } from '../../identity/core/policy/index.ts';
import { type Fault, line, type PageScope, typedFields, unlessMalformed } from '../../platform/http/index.ts';
import type { PlainWordKey } from '../../platform/i18n/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import type { NoticeTemplates } from '../../records/document-templates/index.ts';
import { type Documents, verificationCodeFault } from '../../records/documents/index.ts';
import { receiptField } from '../receipt-field/index.ts';
import { VerifyPage, type VerifyView } from './pages.tsx';

export type VerifyParts = {
  readonly documents: Pick<Documents, 'verify'>;
  readonly catalogue: Pick<CaseCatalogue, 'receipts'>;
  readonly templates: NoticeTemplates;
  readonly policy: Pick<Policy, 'requests'>;
};

const VERIFY = '/verify';
const MOST = 100;
const MISSING = { receipt: 'verify.receipt-missing', code: 'verify.code-missing' } as const;
/** What is said of an answer that is given and cannot be read, such as one that is given twice. */
const WRONG = { receipt: 'verify.receipt-wrong', code: 'verify.code-wrong' } as const;
/** What is said of a code that cannot be one. */
const CODE_FAULTS = {
  'strange-letter': 'verify.code-strange',
  'too-short': 'verify.code-short',
  'too-long': 'verify.code-long',
  mistyped: 'verify.code-mistyped',
} as const satisfies Record<NonNullable<ReturnType<typeof verificationCodeFault>>, PlainWordKey>;
const verificationCode = line({ missing: MISSING.code, most: MOST }).transform((typed, context) => {
  const fault = verificationCodeFault(typed);
  if (fault === null) return typed;
  context.addIssue({ code: 'custom', message: CODE_FAULTS[fault] });
  return z.NEVER;
});
const SAID: readonly PlainWordKey[] = [...Object.values(MISSING), ...Object.values(CODE_FAULTS)];
const Typed = z.record(z.string(), z.unknown());

/**
 * Whether a notice is genuine: for anybody whom it is shown to. The QR code on it opens the answer; without one the same
 * two things are typed. By its receipt number and code alone, so nothing that is told is personal.
 */
export function verifyRoutes(app: PageScope, { documents, catalogue, templates, policy }: VerifyParts): void {
  const Query = z.object({
    receipt: receiptField(catalogue, { missing: MISSING.receipt, wrong: WRONG.receipt }),
    code: verificationCode,
  });
  app.get(
    VERIFY,
    { config: { access: 'anyone', rateLimit: unlessMalformed(policy.requests.status, Query) } },
    async (request, reply) => {
      const page = request.page(reply);
      const query = Typed.parse(request.query);
      const { receipt = '', code = '' } = typedFields(query);
      const typed = { receipt, code };
      const show = (view: Pick<VerifyView, 'faults' | 'verified'>, status = 200) =>
        reply.page(<VerifyPage page={page} templates={templates} typed={typed} {...view} />, status);
      if (query['receipt'] === undefined && query['code'] === undefined) return show({});
      const parsed = Query.safeParse(query);
      if (!parsed.success) return show({ faults: parsed.error.issues.map(faultOf) }, 422);
      const verified = await documents.verify(parsed.data.receipt, parsed.data.code);
      return show({ verified }, verified.is === 'unknown' ? 404 : 200);
    },
  );
}

function faultOf({ path: [field], message }: z.core.$ZodIssue): Fault {
  const name = field === 'code' ? 'code' : 'receipt';
  return { field: name, key: SAID.find((key) => key === message) ?? WRONG[name] };
}
