import { described, type FieldParts, Group } from './field-parts.tsx';

export type FileFieldProps = FieldParts & {
  /** Media types that may be chosen. A phone makes one of them of a picture that it keeps as another. */
  readonly accept: readonly string[];
};

/** A choice of files, several at once. Of a refused form they have to be chosen again, which no page can do for a person. */
export function FileField(props: FileFieldProps) {
  const { name, accept } = props;
  return (
    <Group {...props}>
      <input
        class="portico-files-input"
        id={name}
        name={name}
        type="file"
        multiple
        accept={accept.join(',')}
        {...described(props)}
      />
    </Group>
  );
}
