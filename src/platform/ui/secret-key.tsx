import { VERBATIM } from './verbatim.tsx';

/** A key to be typed into an authenticator, in groups of four; `CopyButton` finds it by its id. */
export function SecretKey({ id, value }: { readonly id: string; readonly value: string }) {
  return (
    <code class="portico-key" id={id} {...VERBATIM} data-copy={value}>
      {(value.match(/.{1,4}/g) ?? []).join(' ')}
    </code>
  );
}
