import type { Page } from './page.ts';
import { Verbatim } from './verbatim.tsx';

/** The agency's phone and email, to be called or written to. */
export function ContactLinks({ page }: { readonly page: Page }) {
  const { phone, email } = page.agency.contact;
  return (
    <>
      <a href={`tel:${phone.replaceAll(/[^\d+]/g, '')}`}>
        <Verbatim>{phone}</Verbatim>
      </a>
      ,{' '}
      <a href={`mailto:${email}`}>
        <Verbatim>{email}</Verbatim>
      </a>
    </>
  );
}
