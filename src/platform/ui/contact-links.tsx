import type { Page } from './page.ts';

/** The agency's phone and email, to be called or written to. */
export function ContactLinks({ page }: { readonly page: Page }) {
  const { phone, email } = page.agency.contact;
  return (
    <>
      <a href={`tel:${phone.replaceAll(/[^\d+]/g, '')}`}>
        <bdi dir="ltr">{phone}</bdi>
      </a>
      , <a href={`mailto:${email}`}>{email}</a>
    </>
  );
}
