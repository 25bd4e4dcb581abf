import type { Profile } from '../../identity/core/accounts/index.ts';
import { type PhoneNumber, writtenPhone } from '../../identity/core/phones/index.ts';
import { writtenEmail } from '../../platform/typed/index.ts';
import {
  AboutLink,
  Alert,
  ButtonLink,
  ContactLinks,
  Layout,
  Lead,
  type Page,
  SummaryList,
  type SummaryRow,
  Tag,
  Timeline,
  Verbatim,
} from '../../platform/ui/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import type { Contact, ContactCase, OfficeState } from '../../records/contact/index.ts';
import { CaseName, formName } from '../case-card/index.ts';
import { Address, MailingAddress } from './address.tsx';
import { CHANGE } from './paths.ts';

export type ContactView = {
  readonly page: Page;
  readonly contact: Contact;
  readonly emails: Profile['emails'];
  readonly phones: readonly PhoneNumber[];
  /** Whether numbers can be changed here. */
  readonly offersPhones: boolean;
  /** The name of the language in which the account is written to. */
  readonly language: string;
  /** The name of the zone in which the person reads times. */
  readonly zone: string;
  readonly catalogue: CaseCatalogue;
  readonly outcome: 'saved' | 'same' | null;
};

/** How a person is reached, and whether the office of each case has it. */
export function ContactPage(view: ContactView) {
  const { page, contact, catalogue, outcome } = view;
  const { t } = page.words;
  const [newest] = contact.versions;
  return (
    <Layout page={page} title={t('contact.title')} live="contact">
      {outcome === null ? null : (
        <Alert page={page} kind={outcome === 'saved' ? 'success' : 'info'}>
          <p>{t(outcome === 'saved' ? 'contact.done-saved' : 'contact.done-same')}</p>
        </Alert>
      )}
      <h1>{t('contact.title')}</h1>
      <Lead>{t('contact.text')}</Lead>
      <section>
        <h2>{t('contact.addresses')}</h2>
        {newest === undefined ? (
          <>
            <p>{t('contact.none')}</p>
            <p>
              <ButtonLink href={CHANGE}>{t('contact.add')}</ButtonLink>
            </p>
          </>
        ) : (
          <SummaryList
            rows={[
              row(page, t('contact.home'), <Address page={page} address={newest.details.home} />, CHANGE),
              row(
                page,
                t('contact.mailing'),
                newest.details.mailing === null ? (
                  t('contact.same')
                ) : (
                  <MailingAddress page={page} details={newest.details} />
                ),
                `${CHANGE}#mail-same`,
              ),
            ]}
          />
        )}
      </section>
      {newest === undefined ? null : (
        <section id="offices">
          <h2>{t('contact.cases')}</h2>
          {contact.cases.length === 0 ? (
            <p>{t('contact.no-cases')}</p>
          ) : (
            <ul class="portico-entries">
              {contact.cases.map((found) => (
                <CaseEntry key={found.receipt} page={page} found={found} catalogue={catalogue} />
              ))}
            </ul>
          )}
          <p class="portico-quiet">
            {t('contact.other-cases')} <ContactLinks page={page} />
          </p>
        </section>
      )}
      <section>
        <h2>{t('contact.others')}</h2>
        <SummaryList rows={otherRows(view)} />
      </section>
      <Earlier page={page} contact={contact} />
      <p>
        <a href="/account">{t('account.back')}</a>
      </p>
    </Layout>
  );
}

const row = (page: Page, term: string, value: SummaryRow['value'], href: string): SummaryRow => ({
  term,
  value,
  action: { href, text: page.words.t('ui.change'), about: term },
});

/** What other pages change: the same data, of which this has no copy. */
function otherRows({
  page,
  emails,
  phones,
  offersPhones,
  language,
  zone,
}: ContactView): readonly SummaryRow[] {
  const { t } = page.words;
  const lines = (texts: readonly string[]) => (
    <span class="portico-address">
      {texts.map((text) => (
        <Verbatim key={text}>{text}</Verbatim>
      ))}
    </span>
  );
  const phoneRow = row(
    page,
    t('phones.title'),
    phones.length === 0 ? t('contact.no-phones') : lines(phones.map(writtenPhone)),
    '/account/phones',
  );
  return [
    row(page, t('account.emails'), lines(emails.map(writtenEmail)), '/account/emails'),
    ...(offersPhones ? [phoneRow] : []),
    row(page, t('contact.language'), language, '/account/language'),
    row(page, t('time-zone.title'), zone, '/account/time-zone'),
  ];
}

function CaseEntry({
  page,
  found: { receipt, form, office },
  catalogue,
}: {
  readonly page: Page;
  readonly found: ContactCase;
  readonly catalogue: CaseCatalogue;
}) {
  const { t } = page.words;
  const name = formName(page, form, catalogue);
  return (
    <li class="portico-entry">
      <div class="portico-entry__what">
        <p class="portico-entry__name">{name}</p>
        <p class="portico-entry__facts">
          <Verbatim>{receipt}</Verbatim>
          {office === null ? null : <StateTag page={page} office={office} />}
        </p>
        {office === null ? null : <p>{sayState(page, office)}</p>}
      </div>
      <p class="portico-entry__actions">
        <AboutLink
          href={`/cases/${receipt}`}
          text={t('contact.open-case')}
          about={<CaseName page={page} form={name} receipt={receipt} />}
        />
      </p>
    </li>
  );
}

function StateTag({ page, office }: { readonly page: Page; readonly office: OfficeState }) {
  const { t } = page.words;
  switch (office.is) {
    case 'has':
      return <Tag kind="good">{t('contact.tag-has')}</Tag>;
    case 'sent':
      return <Tag>{t('contact.tag-sent')}</Tag>;
    case 'ended':
      return <Tag kind="ended">{t('contact.tag-ended')}</Tag>;
  }
}

function sayState({ words: { t, date } }: Page, office: OfficeState): string {
  switch (office.is) {
    case 'has':
      return t('contact.has', { date: date(office.since) });
    case 'sent':
      return office.earlier === null
        ? t('contact.sent', { date: date(office.at) })
        : t('contact.sent-earlier', { date: date(office.at), earlier: date(office.earlier.at) });
    case 'ended':
      return t('contact.ended');
  }
}

/** What was said before, newest first. */
function Earlier({ page, contact: { versions } }: { readonly page: Page; readonly contact: Contact }) {
  const { t, date } = page.words;
  const [, ...earlier] = versions;
  if (earlier.length === 0) return null;
  return (
    <section>
      <h2>{t('contact.earlier')}</h2>
      <Timeline
        events={earlier.map(({ id, at, details }) => ({
          id,
          date: date(at),
          dateTime: at.toISOString(),
          title: t('contact.given'),
          children: (
            <SummaryList
              rows={[
                { term: t('contact.home'), value: <Address page={page} address={details.home} /> },
                {
                  term: t('contact.mailing'),
                  value:
                    details.mailing === null ? (
                      t('contact.same')
                    ) : (
                      <MailingAddress page={page} details={details} />
                    ),
                },
              ]}
            />
          ),
        }))}
      />
    </section>
  );
}
