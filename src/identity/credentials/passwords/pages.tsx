import { type Page, PasswordField } from '../../../platform/ui/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { sayRules } from './passwords.ts';

/** The field for a new password, with what is asked of it and how strong it is. */
export function NewPasswordField({
  page,
  label,
  checkUrl,
  limits,
  error,
}: {
  readonly page: Page;
  readonly label: string;
  /** Judges what is typed. */
  readonly checkUrl: string;
  readonly limits: Policy['password'];
  readonly error: string | undefined;
}) {
  return (
    <PasswordField
      page={page}
      name="password"
      label={label}
      hint={sayRules(page.words, limits)}
      autocomplete="new-password"
      checkUrl={checkUrl}
      error={error}
    />
  );
}
