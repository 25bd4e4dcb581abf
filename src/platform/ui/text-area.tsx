import { described, type FieldParts, Group } from './field-parts.tsx';
import { useAnswer } from './form-context.ts';

export type TextAreaProps = FieldParts & {
  readonly value?: string | undefined;
  /** How many lines are to be seen at once. */
  readonly rows?: number;
  /** Of what is written in it, where that is not the page's. */
  readonly language?: string;
};

/** A question answered in several lines of text. */
export function TextArea(props: TextAreaProps) {
  const { name, rows = 4, language, error } = props;
  const value = useAnswer(name, props.value) ?? '';
  return (
    <Group {...props}>
      <textarea
        class={error === undefined ? 'usa-textarea' : 'usa-textarea usa-input--error'}
        id={name}
        name={name}
        rows={rows}
        {...(language === undefined ? {} : { lang: language })}
        {...described(props)}
      >
        {value}
      </textarea>
    </Group>
  );
}
