import { Verbatim } from './verbatim.tsx';

/** A telephone number, to be called. */
export function PhoneLink({ number }: { readonly number: string }) {
  return (
    <a href={`tel:${number.replaceAll(/[^\d+]/g, '')}`}>
      <Verbatim>{number}</Verbatim>
    </a>
  );
}
