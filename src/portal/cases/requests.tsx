import { inLanguage } from '../../platform/agency/index.ts';
import { ContactLinks, type Page, Tag, VERBATIM } from '../../platform/ui/index.ts';
import type { EvidenceRequest } from '../../records/evidence/index.ts';
import { DueDay } from '../due-day/index.ts';
import { OwnWords } from '../own-words/index.ts';

/** What the agency asked a person to send for a case: what it waits for first, then how the others ended. */
export function Requests({
  page,
  requests,
  isNew,
}: {
  readonly page: Page;
  readonly requests: readonly EvidenceRequest[];
  /** Whether the person has not seen, on an earlier visit, what has this id. */
  readonly isNew: (id: string) => boolean;
}) {
  if (requests.length === 0) return null;
  const isOpen = ({ state }: EvidenceRequest) => state === 'open';
  return (
    <>
      <h2>{page.words.t('cases.papers')}</h2>
      <ul class="portico-requests">
        {[...requests.filter(isOpen), ...requests.filter((each) => !isOpen(each))].map((request) => (
          <Request key={request.id} page={page} request={request} isNew={isNew(request.id)} />
        ))}
      </ul>
    </>
  );
}

function Request({
  page,
  request,
  isNew,
}: {
  readonly page: Page;
  readonly request: EvidenceRequest;
  readonly isNew: boolean;
}) {
  const { t, date } = page.words;
  const isOpen = request.state === 'open';
  return (
    <li
      class={isOpen ? 'portico-request portico-request--open' : 'portico-request'}
      id={`request-${request.id}`}
      data-key={request.id}
      data-changes
    >
      <p class="portico-request__state">
        <State page={page} request={request} />
        {isNew ? <Tag kind="new">{t('home.new')}</Tag> : null}
      </p>
      {isOpen ? (
        <p class="portico-task__day">
          <DueDay page={page} dueOn={request.dueOn} />
        </p>
      ) : null}
      <ol class="portico-request__papers">
        {request.papers.map(({ name, note }, at) => (
          <li key={at}>
            <OwnWords page={page} said={name} />
            {note === null ? null : (
              <p class="portico-request__note">
                <OwnWords page={page} said={note} />
              </p>
            )}
          </li>
        ))}
      </ol>
      {isOpen ? <HowToSend page={page} /> : null}
      <p class="portico-request__asked">
        {t('cases.papers-asked', { date: date(request.at) })}
        {request.documentId === null ? null : (
          <>
            {'. '}
            <a href={`/documents/${request.documentId}`}>{t('cases.papers-letter')}</a>
          </>
        )}
      </p>
    </li>
  );
}

/** How and where to the papers are sent, as the agency says; or whom to ask. */
function HowToSend({ page }: { readonly page: Page }) {
  const { t, language } = page.words;
  const { papers } = page.agency.contact;
  return (
    <>
      <p>{t('cases.papers-how')}</p>
      <h3 class="portico-request__where">{t('cases.papers-where')}</h3>
      {papers === undefined ? (
        <p>
          {t('cases.papers-ask')} <ContactLinks page={page} />
        </p>
      ) : (
        <>
          <p>{inLanguage(papers.how, language)}</p>
          {papers.address === undefined ? null : (
            <address class="portico-request__address">
              {papers.address.map((line) => (
                <bdi key={line} {...VERBATIM}>
                  {line}
                </bdi>
              ))}
            </address>
          )}
        </>
      )}
    </>
  );
}

function State({ page, request }: { readonly page: Page; readonly request: EvidenceRequest }) {
  const { t, date, calendarDate } = page.words;
  switch (request.state) {
    case 'open':
      return <Tag kind="attention">{t('cases.papers-open')}</Tag>;
    case 'answered':
      return <Tag kind="good">{t('cases.papers-answered', { date: date(request.stateAt) })}</Tag>;
    case 'expired':
      return <Tag kind="ended">{t('cases.papers-expired', { date: calendarDate(request.dueOn) })}</Tag>;
    case 'withdrawn':
      return <Tag kind="ended">{t('cases.papers-withdrawn', { date: date(request.stateAt) })}</Tag>;
  }
}
