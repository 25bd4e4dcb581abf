import type { ComponentChildren } from 'preact';
import { AboutLink, type AboutLinkProps } from './about-link.tsx';

export type SummaryRow = {
  readonly term: string;
  readonly value: ComponentChildren;
  /** A way to change it; `about` says what, for those who hear the link alone. */
  readonly action?: AboutLinkProps;
};

/** Facts, each a name and its value. */
export function SummaryList({ rows }: { readonly rows: readonly SummaryRow[] }) {
  return (
    <dl class="portico-summary">
      {rows.map(({ term, value, action }) => (
        <div class="portico-summary__row" key={term}>
          <dt>{term}</dt>
          <dd class="portico-summary__value">{value}</dd>
          {action === undefined ? null : (
            <dd class="portico-summary__action">
              <AboutLink {...action} />
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}
