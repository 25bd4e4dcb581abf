import { type FieldParts, GroupSet } from './field-parts.tsx';
import { useAnswer } from './form-context.ts';

export type RadioOption = { readonly value: string; readonly label: string; readonly hint?: string };

export type RadiosProps = FieldParts & {
  readonly options: readonly RadioOption[];
  readonly value?: string | undefined;
};

/** One choice of a few, all to be seen. The first has the id `name`, to which the error summary links. */
export function Radios(props: RadiosProps) {
  const { name, options } = props;
  const value = useAnswer(name, props.value);
  return (
    <GroupSet {...props}>
      {options.map((option, index) => {
        const id = index === 0 ? name : `${name}-${index + 1}`;
        return (
          <div class="usa-radio" key={option.value}>
            <input
              class="usa-radio__input"
              id={id}
              name={name}
              type="radio"
              value={option.value}
              checked={option.value === value}
              {...(option.hint === undefined ? {} : { 'aria-describedby': `${id}-about` })}
            />
            <label class="usa-radio__label" for={id}>
              {option.label}
            </label>
            {option.hint === undefined ? null : (
              <p class="portico-radio-hint" id={`${id}-about`}>
                {option.hint}
              </p>
            )}
          </div>
        );
      })}
    </GroupSet>
  );
}
