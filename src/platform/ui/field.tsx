import { described, type FieldParts, Group } from './field-parts.tsx';
import { useAnswer } from './form-context.ts';

export type FieldProps = FieldParts & {
  readonly value?: string | undefined;
  /** A `date` is answered as `YYYY-MM-DD`, a `time` as `HH:MM`; where a browser has neither, they are typed so. */
  readonly type?: 'text' | 'email' | 'tel' | 'search' | 'date' | 'time';
  /** What a browser may fill in, such as `email` or `given-name`. */
  readonly autocomplete?: string;
  readonly inputmode?: 'text' | 'email' | 'tel' | 'numeric';
  /** How long an answer is usual; the box is drawn as wide. */
  readonly width?: 'short' | 'medium' | 'full';
  readonly maxlength?: number;
  /** Whether it is never filled in again, by the server or by the browser. */
  readonly secret?: boolean;
};

/** A question answered in one line of text. */
export function Field(props: FieldProps) {
  const {
    name,
    type = 'text',
    autocomplete,
    inputmode,
    width = 'full',
    maxlength,
    secret = false,
    error,
  } = props;
  const value = useAnswer(secret ? null : name, props.value);
  const plainText = type === 'email' || autocomplete?.startsWith('username') === true;
  return (
    <Group {...props}>
      <input
        class={inputClass(error, `portico-input--${width}`)}
        id={name}
        name={name}
        type={type}
        list={undefined} // the types of JSX ask for it where the type is one of several
        {...(value === undefined || value === '' ? {} : { value })}
        {...(autocomplete === undefined ? {} : { autocomplete })}
        {...(inputmode === undefined ? {} : { inputmode })}
        {...(maxlength === undefined ? {} : { maxlength })}
        {...(plainText ? { autocapitalize: 'none', spellcheck: false } : {})}
        {...(secret ? { 'data-secret': '' } : {})}
        {...described(props)}
      />
    </Group>
  );
}

export function inputClass(error: string | undefined, ...more: readonly string[]): string {
  return ['usa-input', ...(error === undefined ? [] : ['usa-input--error']), ...more].join(' ');
}
