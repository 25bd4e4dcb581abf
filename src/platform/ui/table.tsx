import type { ComponentChildren } from 'preact';

export type TableRow = {
  readonly id: string;
  /** One a column; the first names the row. */
  readonly cells: readonly ComponentChildren[];
};

export type TableProps = {
  readonly caption: string;
  /** Whether the caption is only for those who do not see the table, a heading above saying the same. */
  readonly captionHidden?: boolean;
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
};

/** Things to compare. On a phone each row becomes a block in which every value has its column's name. */
export function Table({ caption, captionHidden = false, columns, rows }: TableProps) {
  const [first, ...others] = columns;
  return (
    <table class="portico-table">
      <caption {...(captionHidden ? { class: 'usa-sr-only' } : {})}>{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th scope="col" key={column}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, cells: [head, ...cells] }) => (
          <tr key={id}>
            <th scope="row" data-label={first}>
              {head}
            </th>
            {cells.map((cell, index) => (
              <td key={others[index]} data-label={others[index]}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
