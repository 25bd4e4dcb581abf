import './elements.ts';
import type { ComponentChildren } from 'preact';
import { CLASSES } from './button.tsx';
import { ErrorMessage } from './field-parts.tsx';
import type { Page } from './page.ts';

export type PasskeyButtonProps = {
  readonly page: Page;
  /** `get` asks for a passkey that is there, `create` for a new one. */
  readonly ceremony: 'get' | 'create';
  /** What the browser hands to the authenticator, or the address that gives it for a POST of the form's own token. */
  readonly options: object | string;
  /** Whether the browser offers passkeys in a field whose autocomplete ends with `webauthn`. */
  readonly autofill?: boolean;
  readonly kind?: 'primary' | 'secondary';
  readonly error?: string | undefined;
  /** What stands there where passkeys cannot be used; nothing when left out. */
  readonly without?: string;
  readonly children: ComponentChildren;
};

/** Sends its form with a passkey's answer in the field `passkey`. Only there where scripts run and passkeys are known. */
export function PasskeyButton({
  page,
  ceremony,
  options,
  autofill = false,
  kind = 'primary',
  error,
  without,
  children,
}: PasskeyButtonProps) {
  const { t } = page.words;
  return (
    <portico-passkey
      class="portico-passkey"
      ceremony={ceremony}
      {...(typeof options === 'string' ? { 'options-url': options } : { options: JSON.stringify(options) })}
      {...(autofill ? { autofill: '' } : {})}
      data-failed={t(ceremony === 'create' ? 'ui.passkey-not-made' : 'ui.passkey-failed')}
      data-known={t('ui.passkey-known')}
    >
      {without === undefined ? null : <p class="portico-passkey__without">{without}</p>}
      <div class="portico-passkey__with">
        <ErrorMessage name="passkey" text={error} />
        <input type="hidden" name="passkey" />
        <button
          class={CLASSES[kind]}
          id="passkey"
          type="submit"
          {...(error === undefined ? {} : { 'aria-describedby': 'passkey-error' })}
        >
          {children}
        </button>
        <p class="portico-passkey__result" role="status" />
      </div>
    </portico-passkey>
  );
}
