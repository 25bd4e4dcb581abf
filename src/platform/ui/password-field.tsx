import { inputClass } from './field.tsx';
import { described, type FieldParts, Group } from './field-parts.tsx';
import type { Page } from './page.ts';

export type PasswordFieldProps = FieldParts & {
  readonly page: Page;
  readonly autocomplete: 'current-password' | 'new-password';
  /** Where a new password's strength is asked: POST `password`, answered with `{ score: 0-4, text }`. */
  readonly checkUrl?: string;
};

/** A password, with a button to show it and, for a new one, how strong it is while it is typed. */
export function PasswordField(props: PasswordFieldProps) {
  const { page, name, autocomplete, checkUrl, error } = props;
  const { t } = page.words;
  return (
    <Group {...props}>
      <portico-password
        class="portico-password"
        data-show={t('ui.password-show')}
        data-hide={t('ui.password-hide')}
        data-show-label={t('ui.password-show-label')}
        data-hide-label={t('ui.password-hide-label')}
        data-shown={t('ui.password-shown')}
        data-hidden={t('ui.password-hidden')}
        data-check-url={checkUrl}
      >
        <input
          class={inputClass(error)}
          id={name}
          name={name}
          type="password"
          autocomplete={autocomplete}
          autocapitalize="none"
          spellcheck={false}
          {...described(props)}
        />
      </portico-password>
    </Group>
  );
}
