import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Policy } from '../../identity/core/policy/index.ts';
import { asksByItself, type Session, signedIn } from '../../identity/session/sessions/index.ts';
import {
  errorPage,
  FILES_FIELD,
  type FormSchema,
  line,
  lines,
  note,
  optionalLine,
  type PageScope,
  parseForm,
  sayFaults,
} from '../../platform/http/index.ts';
import { StorageUnavailable } from '../../platform/storage/index.ts';
import type { FieldError } from '../../platform/ui/index.ts';
import { type CheckFiles, ScannerUnavailable } from '../../platform/uploads/index.ts';
import type { CaseCatalogue, Cases } from '../../records/cases/index.ts';
import {
  type Conversations,
  fits,
  type Sent,
  type Target,
  type Topics,
} from '../../records/conversations/index.ts';
import { makeDownloads, sendFile } from '../documents/index.ts';
import { ConversationPage, type Flash } from './conversation-page.tsx';
import { fileLimits, sayRefused, sayUnfit } from './files.ts';
import { InboxPage } from './list-page.tsx';
import { NewMessagePage, NO_CASE } from './new-page.tsx';
import { conversationPath, INBOX, NEW_MESSAGE, ONE_CONVERSATION, ONE_FILE } from './paths.ts';

export type InboxParts = {
  readonly conversations: Conversations;
  readonly topics: Topics;
  readonly cases: Cases;
  readonly catalogue: CaseCatalogue;
  readonly checkFiles: CheckFiles;
  readonly policy: Pick<Policy, 'messages' | 'requests'>;
};

const Address = z.object({ id: z.string() });
const CaseQuery = z.object({ case: z.string().optional().catch(undefined) });
const FlashQuery = z.object({ sent: z.enum(['sent', 'sent-before', 'follow-up']).nullable().catch(null) });

/** What is sent, with files, and what becomes of it. */
type Outcome =
  | { readonly is: 'answered'; readonly sent: Extract<Sent, { is: 'sent' | 'sent-before' }> }
  | { readonly is: 'not-there' }
  | { readonly is: 'refused'; readonly errors: readonly FieldError[]; readonly status: 422 | 429 | 503 };

/** What people and the agency write to each other. */
export function inboxRoutes(app: PageScope, parts: InboxParts): void {
  const { conversations, topics, cases, catalogue, policy } = parts;
  const limits = policy.messages;
  const text = lines({ missing: 'inbox.text-missing', most: limits.characters });
  const ReplyForm = z.object({ text });
  const NewForm = newForm(text, topics);
  const sending = { rateLimit: { max: policy.requests.messages }, files: fileLimits(limits) };
  const downloads = makeDownloads();
  app.addHook('preClose', (done) => {
    downloads.stop();
    done();
  });

  app.get(
    INBOX,
    signedIn(async ({ accountId }, request, reply) =>
      reply.page(
        <InboxPage
          page={request.page(reply)}
          conversations={await conversations.conversationsOf(accountId)}
          topics={topics}
          catalogue={catalogue}
        />,
      ),
    ),
  );

  const newPage = async (
    { accountId }: Session,
    request: FastifyRequest,
    reply: FastifyReply,
    {
      typed,
      errors = [],
      status = 200,
    }: { typed: Readonly<Record<string, string>>; errors?: readonly FieldError[]; status?: number },
  ) =>
    reply.page(
      <NewMessagePage
        page={request.page(reply)}
        topics={topics}
        cases={await cases.casesOf(accountId)}
        catalogue={catalogue}
        limits={limits}
        typed={typed}
        errors={errors}
      />,
      status,
    );

  app.get(
    NEW_MESSAGE,
    signedIn(async (session, request, reply) => {
      const { case: receipt } = CaseQuery.parse(request.query);
      return newPage(session, request, reply, { typed: receipt === undefined ? {} : { case: receipt } });
    }),
  );

  app.post(
    NEW_MESSAGE,
    signedIn(
      async (session, request, reply) => {
        const form = parseForm(NewForm, request);
        const { typed } = form;
        const outcome: Outcome =
          form.is === 'invalid'
            ? { is: 'refused', errors: sayFaults(form.faults, request.words), status: 422 }
            : await send(parts, session, request, {
                target: { is: 'new', topic: form.value.topic, receipt: form.value.case },
                text: form.value.text,
              });
        switch (outcome.is) {
          case 'answered':
            return answered(reply, outcome.sent);
          case 'not-there': {
            // Of a case that is not theirs nothing more is said than of one that was not chosen.
            const errors = [{ field: 'case', text: request.words.t('inbox.case-missing') }];
            return newPage(session, request, reply, { typed, errors, status: 422 });
          }
          case 'refused': {
            const errors = withFilesAgain(request, outcome.errors);
            return newPage(session, request, reply, { typed, errors, status: outcome.status });
          }
        }
      },
      { ...sending, form: NewForm },
    ),
  );

  app.get(
    ONE_CONVERSATION,
    signedIn(async ({ accountId }, request, reply) => {
      const found = await conversations.conversationOf(accountId, Address.parse(request.params).id);
      if (found === null) return errorPage(request, reply, 404);
      if (found.isUnread && !asksByItself(request)) await conversations.noteRead(accountId, found);
      return reply.page(
        <ConversationPage
          page={request.page(reply)}
          found={found}
          topics={topics}
          catalogue={catalogue}
          limits={limits}
          flash={FlashQuery.parse(request.query).sent}
        />,
      );
    }),
  );

  app.post(
    ONE_CONVERSATION,
    signedIn(
      async (session, request, reply) => {
        const { id } = Address.parse(request.params);
        const form = parseForm(ReplyForm, request);
        const outcome: Outcome =
          form.is === 'invalid'
            ? { is: 'refused', errors: sayFaults(form.faults, request.words), status: 422 }
            : await send(parts, session, request, {
                target: { is: 'reply', conversation: id },
                text: form.value.text,
              });
        if (outcome.is === 'answered') return answered(reply, outcome.sent);
        const found = await conversations.conversationOf(session.accountId, id);
        if (outcome.is === 'not-there' || found === null) return errorPage(request, reply, 404);
        return reply.page(
          <ConversationPage
            page={request.page(reply)}
            found={found}
            topics={topics}
            catalogue={catalogue}
            limits={limits}
            typed={form.typed}
            errors={withFilesAgain(request, outcome.errors)}
          />,
          outcome.status,
        );
      },
      { ...sending, form: ReplyForm },
    ),
  );

  app.get(
    ONE_FILE,
    signedIn(async ({ accountId }, request, reply) => {
      const content = await conversations.openFile(accountId, Address.parse(request.params).id);
      if (content === null) return errorPage(request, reply, 404);
      try {
        return await sendFile(request, reply, {
          content,
          name: content.name,
          show: false,
          accountId,
          downloads,
        });
      } catch (error) {
        if (!(error instanceof StorageUnavailable)) throw error;
        note(request, { why: error.code });
        return errorPage(request, reply, 503);
      }
    }),
  );
}

/** The form by which a conversation is begun; whether its topic is about a case is part of it. */
function newForm(text: FormSchema<string>, topics: Topics) {
  return z
    .object({
      topic: line({ missing: 'inbox.topic-missing' }).refine(
        (code) => topics.has(code),
        'inbox.topic-missing',
      ),
      case: optionalLine()
        .refine((receipt) => receipt !== null, 'inbox.case-missing')
        .transform((receipt) => (receipt === NO_CASE ? null : receipt)),
      text,
    })
    .superRefine(({ topic: code, case: receipt }, context) => {
      const topic = topics.get(code);
      if (topic === undefined || fits(topic, receipt)) return;
      const message = receipt === null ? 'inbox.case-needed' : 'inbox.case-needless';
      context.addIssue({ code: 'custom', path: ['case'], message });
    });
}

/** Checks the files of a message, and sends it with them; or neither. */
async function send(
  { conversations, checkFiles, policy: { messages: limits } }: InboxParts,
  { accountId }: Session,
  request: FastifyRequest,
  { target, text }: { readonly target: Target; readonly text: string },
): Promise<Outcome> {
  const { uploads, words } = request;
  const refused = (error: string, status: 422 | 503 = 422): Outcome => ({
    is: 'refused',
    errors: [{ field: FILES_FIELD, text: error }],
    status,
  });
  if (uploads.is !== 'files')
    return refused(sayRefused(uploads, limits, words), uploads.is === 'no-room' ? 503 : 422);
  try {
    const checked = await checkFiles(uploads.files);
    if (checked.is === 'refused') return refused(sayUnfit(checked, words));
    const sent = await conversations.send(accountId, target, { text, files: checked.files }, limits);
    note(request, { outcome: sent.is });
    switch (sent.is) {
      case 'sent':
      case 'sent-before':
        return { is: 'answered', sent };
      case 'not-there':
        return sent;
      case 'too-many':
        return { is: 'refused', errors: [{ field: 'text', text: words.t('inbox.too-many') }], status: 429 };
    }
  } catch (error) {
    if (!(error instanceof ScannerUnavailable || error instanceof StorageUnavailable)) throw error;
    note(request, { why: error.code });
    return refused(words.t('inbox.files-unavailable'), 503);
  }
}

function answered(reply: FastifyReply, sent: Extract<Sent, { is: 'sent' | 'sent-before' }>): FastifyReply {
  const flash: Flash = sent.isFollowUp ? 'follow-up' : sent.is;
  return reply.redirect(`${conversationPath(sent.conversation)}?sent=${flash}`, 303);
}

/** Says that files have to be chosen again, which no page can do for a person. */
function withFilesAgain(request: FastifyRequest, errors: readonly FieldError[]): readonly FieldError[] {
  const { uploads, words } = request;
  const hadFiles = uploads.is !== 'files' || uploads.files.length > 0;
  if (!hadFiles || errors.some(({ field }) => field === FILES_FIELD)) return errors;
  return [...errors, { field: FILES_FIELD, text: words.t('inbox.files-again') }];
}
