import { described, ErrorMessage, type FieldParts, groupClass, Hint } from './field-parts.tsx';
import { useTicked } from './form-context.ts';

export type CheckboxProps = FieldParts & {
  readonly checked?: boolean;
  /** What is posted when it is ticked. */
  readonly value?: string;
};

/** One statement to agree to or not. */
export function Checkbox(props: CheckboxProps) {
  const { name, label, hint, error, value = 'yes' } = props;
  const checked = useTicked(name, value, props.checked ?? false);
  return (
    <div class={groupClass(error)}>
      <ErrorMessage name={name} text={error} />
      <div class="usa-checkbox">
        <input
          class="usa-checkbox__input"
          id={name}
          name={name}
          type="checkbox"
          value={value}
          checked={checked}
          {...described(props)}
        />
        <label class="usa-checkbox__label" for={name}>
          {label}
        </label>
      </div>
      <Hint name={name} text={hint} />
    </div>
  );
}
