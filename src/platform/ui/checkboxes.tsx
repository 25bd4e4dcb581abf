import { type FieldParts, GroupSet } from './field-parts.tsx';
import { useTicked } from './form-context.ts';

export type CheckboxOption = { readonly name: string; readonly label: string; readonly checked: boolean };

export type CheckboxesProps = FieldParts & { readonly options: readonly CheckboxOption[] };

/** Any of a few things, each ticked or not and posted as `yes` by its own name. */
export function Checkboxes(props: CheckboxesProps) {
  return (
    <GroupSet {...props}>
      {props.options.map((option) => (
        <Box key={option.name} {...option} />
      ))}
    </GroupSet>
  );
}

function Box({ name, label, checked }: CheckboxOption) {
  const isTicked = useTicked(name, 'yes', checked);
  return (
    <div class="usa-checkbox">
      <input
        class="usa-checkbox__input"
        id={name}
        name={name}
        type="checkbox"
        value="yes"
        checked={isTicked}
      />
      <label class="usa-checkbox__label" for={name}>
        {label}
      </label>
    </div>
  );
}
