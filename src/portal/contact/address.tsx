import { type PostalAddress, postalLines } from '../../platform/postal/index.ts';
import type { Page } from '../../platform/ui/index.ts';
import type { ContactDetails } from '../../records/contact/index.ts';

/** An address, a line each, with its country in the reader's language. */
export function Address({
  page,
  address,
  careOf = null,
}: {
  readonly page: Page;
  readonly address: PostalAddress;
  readonly careOf?: string | null;
}) {
  const { t, country, language } = page.words;
  const lines = [
    ...(careOf === null ? [] : [t('contact.in-care-of', { name: careOf })]),
    ...postalLines(address, language),
    country(address.country),
  ];
  return (
    <span class="portico-address">
      {lines.map((line) => (
        <bdi key={line}>{line}</bdi>
      ))}
    </span>
  );
}

/** Where letters go. */
export function MailingAddress({ page, details }: { readonly page: Page; readonly details: ContactDetails }) {
  const { home, mailing } = details;
  return mailing === null ? (
    <Address page={page} address={home} />
  ) : (
    <Address page={page} address={mailing.address} careOf={mailing.careOf} />
  );
}
