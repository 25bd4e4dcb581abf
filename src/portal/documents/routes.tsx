import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Policy } from '../../identity/core/policy/index.ts';
import { type Session, signedIn } from '../../identity/session/sessions/index.ts';
import { errorPage, note, type PageScope } from '../../platform/http/index.ts';
import type { Words } from '../../platform/i18n/index.ts';
import { StorageUnavailable } from '../../platform/storage/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import type { NoticeContent, NoticeTemplates } from '../../records/document-templates/index.ts';
import type { DocumentDetails, Documents, Notices } from '../../records/documents/index.ts';
import { DocumentPage } from './document-page.tsx';
import { makeDownloads } from './downloads.ts';
import { filterOf } from './filter.ts';
import { documentName, documentPath } from './labels.tsx';
import { DocumentsPage } from './list-page.tsx';
import { sendFile } from './send-file.ts';
import { NoFilePage, type WhyNoFile } from './waiting-page.tsx';

export type DocumentsParts = {
  readonly documents: Documents;
  readonly notices: Notices;
  readonly templates: NoticeTemplates;
  readonly catalogue: CaseCatalogue;
  readonly publicUrl: URL;
  readonly policy: Pick<Policy, 'requests'>;
};

const LIST = '/documents';
const ONE = '/documents/:id';

const Address = z.object({ id: z.string() });
const Flash = z.object({ copy: z.enum(['asked', 'not-current']).nullable().catch(null) });
const FileQuery = z.object({ inline: z.unknown().optional() });

/** After how many seconds it is worth asking again for a file. */
const AGAIN_SECONDS = 10;

const STATUSES = { 'being-made': 202, failed: 503, storage: 503 } as const satisfies Record<
  WhyNoFile,
  number
>;

/** Everything that the agency wrote to a person: the list, each as a page and as a file, and copies on paper. */
export function documentsRoutes(app: PageScope, parts: DocumentsParts): void {
  const { documents, notices, catalogue, templates, publicUrl, policy } = parts;
  const rateLimit = { max: policy.requests.account };
  const downloads = makeDownloads();
  app.addHook('preClose', (done) => {
    downloads.stop();
    done();
  });

  app.get(
    LIST,
    signedIn(async ({ accountId }, request, reply) =>
      reply.page(
        <DocumentsPage
          page={request.page(reply)}
          documents={await documents.documentsOf(accountId)}
          filter={filterOf(request.query, catalogue)}
          templates={templates}
          catalogue={catalogue}
        />,
      ),
    ),
  );

  app.get(
    ONE,
    signedIn(async ({ accountId }, request, reply) => {
      const found = await documents.documentOf(accountId, Address.parse(request.params).id);
      if (found === null) return errorPage(request, reply, 404);
      return reply.page(
        <DocumentPage
          page={request.page(reply)}
          found={found}
          notice={noticeIn(found, notices, request.words)}
          templates={templates}
          catalogue={catalogue}
          publicUrl={publicUrl}
          asked={Flash.parse(request.query).copy}
        />,
      );
    }),
  );

  app.post(
    ONE,
    signedIn(
      async ({ accountId }, request, reply) => {
        const { id } = Address.parse(request.params);
        const result = await documents.askPaperCopy(accountId, id);
        switch (result.is) {
          case 'not-there':
            return errorPage(request, reply, 404);
          case 'asked':
          case 'already-asked':
            return reply.redirect(`${documentPath(id)}?copy=asked`, 303);
          case 'not-current':
            return reply.redirect(`${documentPath(id)}?copy=not-current`, 303);
        }
      },
      { rateLimit },
    ),
  );

  app.get(
    `${ONE}/file`,
    signedIn(async (session, request, reply) => {
      try {
        return await file(session, request, reply);
      } catch (error) {
        if (!(error instanceof StorageUnavailable)) throw error;
        note(request, { why: error.code });
        return noFile(request, reply, 'storage');
      }
    }),
  );

  async function file({ accountId }: Session, request: FastifyRequest, reply: FastifyReply) {
    const { id } = Address.parse(request.params);
    const content = await documents.openContent(accountId, id, request.words.language);
    switch (content.is) {
      case 'not-there':
        return errorPage(request, reply, 404);
      case 'not-ready':
        return noFile(request, reply, 'being-made');
      case 'failed':
        return noFile(request, reply, 'failed');
      case 'open': {
        const show = FileQuery.parse(request.query).inline !== undefined;
        const plain =
          content.name ??
          `${documentName(request.page(reply), { ...content, title: null }, templates)} ${content.receipt}.pdf`;
        // Files of a folder are so in the order in which they were issued.
        const name = plain.startsWith(content.issuedOn) ? plain : `${content.issuedOn} ${plain}`;
        return sendFile(request, reply, { content, name, show, accountId, downloads });
      }
    }
  }
}

function noFile(request: FastifyRequest, reply: FastifyReply, why: WhyNoFile): FastifyReply {
  const { id } = Address.parse(request.params);
  if (why !== 'failed') reply.header('retry-after', AGAIN_SECONDS);
  return reply.page(<NoFilePage page={request.page(reply)} id={id} why={why} />, STATUSES[why]);
}

/** What a document of a template says; null where it came as a file, or its template is gone. */
function noticeIn(
  { content, template, ...found }: DocumentDetails,
  notices: Notices,
  words: Words,
): NoticeContent | null {
  if (content.is === 'file' || template === null) return null;
  const composed = notices.compose({ ...found, template, data: content.data }, words);
  return composed.is === 'notice' ? composed.content : null;
}
