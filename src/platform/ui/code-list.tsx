import { VERBATIM } from './verbatim.tsx';

export type CodeListProps = {
  /** The id by which `CopyButton` finds the codes. */
  readonly id: string;
  readonly label: string;
  readonly codes: readonly string[];
};

/** Backup codes, to copy, print or write down. */
export function CodeList({ id, label, codes }: CodeListProps) {
  return (
    <ul class="portico-codes" id={id} aria-label={label}>
      {codes.map((code) => (
        <li key={code}>
          <code {...VERBATIM}>{code}</code>
        </li>
      ))}
    </ul>
  );
}
