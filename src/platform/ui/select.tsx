import { described, type FieldParts, Group } from './field-parts.tsx';
import { useAnswer } from './form-context.ts';

export type Option = { readonly value: string; readonly label: string };
/** Choices that belong together, under what they have in common. */
export type OptionGroup = { readonly label: string; readonly options: readonly Option[] };

export type SelectProps = FieldParts & {
  readonly options: readonly (Option | OptionGroup)[];
  readonly value?: string | undefined;
  /** What stands there before anything is chosen. */
  readonly placeholder?: string;
  readonly autocomplete?: string;
};

/** A choice from a long list. For a short one, `Radios` shows all at once. */
export function Select(props: SelectProps) {
  const { name, options, placeholder, autocomplete, error } = props;
  const value = useAnswer(name, props.value);
  return (
    <Group {...props}>
      <select
        class={selectClass(error)}
        id={name}
        name={name}
        {...(autocomplete === undefined ? {} : { autocomplete })}
        {...described(props)}
      >
        <Options options={options} value={value} placeholder={placeholder} />
      </select>
    </Group>
  );
}

export function Options(props: {
  readonly options: readonly (Option | OptionGroup)[];
  readonly value: string | undefined;
  readonly placeholder: string | undefined;
}) {
  return (
    <>
      {props.placeholder === undefined ? null : <option value="">{props.placeholder}</option>}
      {props.options.map((each) =>
        'options' in each ? (
          <optgroup key={each.label} label={each.label}>
            <Options options={each.options} value={props.value} placeholder={undefined} />
          </optgroup>
        ) : (
          <option key={each.value} value={each.value} selected={each.value === props.value}>
            {each.label}
          </option>
        ),
      )}
    </>
  );
}

export function selectClass(error: string | undefined): string {
  return error === undefined ? 'usa-select' : 'usa-select usa-input--error';
}
