import type { Page } from './page.ts';
import { PhoneLink } from './phone-link.tsx';
import { Verbatim } from './verbatim.tsx';

/** The agency's phone and email, to be called or written to. */
export function ContactLinks({ page }: { readonly page: Page }) {
  const { phone, email } = page.agency.contact;
  return (
    <>
      <PhoneLink number={phone} />,{' '}
      <a href={`mailto:${email}`}>
        <Verbatim>{email}</Verbatim>
      </a>
    </>
  );
}
