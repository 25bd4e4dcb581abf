import { inputClass } from './field.tsx';
import { described, type FieldParts, Group } from './field-parts.tsx';

export type CodeFieldProps = FieldParts & {
  /** `numeric` for six digits; `text` for a backup code with letters. */
  readonly kind?: 'numeric' | 'text';
};

/** One field for a one-time code, never filled in again by the server. */
export function CodeField(props: CodeFieldProps) {
  const { name, kind = 'numeric', error } = props;
  return (
    <Group {...props}>
      <input
        class={inputClass(
          error,
          'portico-input--code',
          `portico-input--${kind === 'numeric' ? 'short' : 'medium'}`,
        )}
        id={name}
        name={name}
        type="text"
        inputmode={kind}
        autocomplete="one-time-code"
        autocapitalize="none"
        spellcheck={false}
        dir="ltr"
        {...described(props)}
      />
    </Group>
  );
}
