import { z } from 'zod';
import type { Policy } from '../../identity/core/policy/index.ts';
import { type Fault, line, type PageScope } from '../../platform/http/index.ts';
import type { PlainWordKey } from '../../platform/i18n/index.ts';
import { isReceipt, normaliseReceipt } from '../../records/cases/index.ts';
import type { NoticeTemplates } from '../../records/document-templates/index.ts';
import { type Documents, verificationCodeFault } from '../../records/documents/index.ts';
import { VerifyPage, type VerifyView } from './pages.tsx';

export type VerifyParts = {
  readonly documents: Pick<Documents, 'verify'>;
  readonly templates: NoticeTemplates;
  readonly policy: Pick<Policy, 'requests'>;
};

const VERIFY = '/verify';
const MOST = 60;
const Query = z.object({
  receipt: line({ missing: 'verify.receipt-missing', most: MOST }),
  code: line({ missing: 'verify.code-missing', most: MOST }),
});
/** What is said of an answer that is given and cannot be read, such as one that is given twice. */
const WRONG = { receipt: 'verify.receipt-wrong', code: 'verify.code-wrong' } as const;
/** What is said of a code that cannot be one. */
const CODE_FAULTS = {
  'strange-letter': 'verify.code-strange',
  'too-short': 'verify.code-short',
  'too-long': 'verify.code-long',
  mistyped: 'verify.code-mistyped',
} as const satisfies Record<NonNullable<ReturnType<typeof verificationCodeFault>>, PlainWordKey>;
const MISSING: ReadonlySet<string> = new Set(['verify.receipt-missing', 'verify.code-missing']);
const Typed = z.record(z.string(), z.unknown());

/**
 * Whether a notice is genuine: for anybody whom it is shown to. The QR code on it opens the answer; without one the same
 * two things are typed. By its receipt number and code alone, so nothing that is told is personal.
 */
export function verifyRoutes(app: PageScope, { documents, templates, policy }: VerifyParts): void {
  app.get(
    VERIFY,
    { config: { access: 'anyone', rateLimit: { max: policy.requests.status } } },
    async (request, reply) => {
      const page = request.page(reply);
      const query = Typed.parse(request.query);
      const typed = { receipt: shown(query['receipt']), code: shown(query['code']) };
      const show = (view: Pick<VerifyView, 'faults' | 'verified'>, status = 200) =>
        reply.page(<VerifyPage page={page} templates={templates} typed={typed} {...view} />, status);
      if (query['receipt'] === undefined && query['code'] === undefined) return show({});
      const read = readQuery(query, page.agency.receipt.prefix);
      if (read.is === 'faults') return show({ faults: read.faults }, 422);
      const verified = await documents.verify(read.receipt, read.code);
      return show({ verified }, verified.is === 'unknown' ? 404 : 200);
    },
  );
}

type Read =
  | { readonly is: 'typed'; readonly receipt: string; readonly code: string }
  | { readonly is: 'faults'; readonly faults: readonly Fault[] };

/** Tells what was mistyped before anything is looked up. */
function readQuery(query: z.infer<typeof Typed>, prefix: string): Read {
  const parsed = Query.safeParse(query);
  if (!parsed.success)
    return {
      is: 'faults',
      faults: parsed.error.issues.map(({ path: [field], message }) => {
        const name = field === 'code' ? 'code' : 'receipt';
        const key: PlainWordKey = MISSING.has(message) ? `verify.${name}-missing` : WRONG[name];
        return { field: name, key };
      }),
    };
  const receipt = normaliseReceipt(parsed.data.receipt);
  const { code } = parsed.data;
  const wrong = verificationCodeFault(code);
  const faults: Fault[] = [
    ...(isReceipt(receipt, prefix) ? [] : [{ field: 'receipt', key: WRONG.receipt }]),
    ...(wrong === null ? [] : [{ field: 'code', key: CODE_FAULTS[wrong] }]),
  ];
  return faults.length > 0 ? { is: 'faults', faults } : { is: 'typed', receipt, code };
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? value.slice(0, MOST).toWellFormed() : '';
