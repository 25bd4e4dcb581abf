import type { ComponentChildren } from 'preact';

/** What every field has, whatever one answers it with. */
export type FieldParts = {
  /** The name that is posted; also the id, to which the error summary links. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong with the answer. */
  readonly error?: string | undefined;
};

/** The attributes with which a control points at its hint and its error. */
export function described({ name, hint, error }: Pick<FieldParts, 'name' | 'hint' | 'error'>) {
  const ids = [
    hint === undefined ? [] : [`${name}-hint`],
    error === undefined ? [] : [`${name}-error`],
  ].flat();
  return {
    ...(ids.length === 0 ? {} : { 'aria-describedby': ids.join(' ') }),
    ...(error === undefined ? {} : { 'aria-invalid': 'true' as const }),
  };
}

export function Hint({ name, text }: { readonly name: string; readonly text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p class="usa-hint" id={`${name}-hint`}>
      {text}
    </p>
  );
}

export function ErrorMessage({ name, text }: { readonly name: string; readonly text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p class="usa-error-message" id={`${name}-error`}>
      {text}
    </p>
  );
}

/** One question with its label, hint and error above its control. */
export function Group({
  name,
  label,
  hint,
  error,
  children,
}: FieldParts & { readonly children: ComponentChildren }) {
  return (
    <div class={groupClass(error)}>
      <label class="usa-label" for={name}>
        {label}
      </label>
      <Hint name={name} text={hint} />
      <ErrorMessage name={name} text={error} />
      {children}
    </div>
  );
}

/** One question that is answered with several controls. */
export function GroupSet({
  name,
  label,
  hint,
  error,
  children,
}: FieldParts & { readonly children: ComponentChildren }) {
  return (
    <div class={groupClass(error)}>
      <fieldset class="usa-fieldset" {...describedOnly({ name, hint, error })}>
        <legend class="usa-legend">{label}</legend>
        <Hint name={name} text={hint} />
        <ErrorMessage name={name} text={error} />
        {children}
      </fieldset>
    </div>
  );
}

export function groupClass(error: string | undefined): string {
  return error === undefined ? 'usa-form-group' : 'usa-form-group usa-form-group--error';
}

// A group has no aria-invalid of its own: its controls carry it.
function describedOnly(parts: Pick<FieldParts, 'name' | 'hint' | 'error'>) {
  const { 'aria-invalid': _, ...rest } = described(parts);
  return rest;
}
