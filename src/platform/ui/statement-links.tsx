import { STATEMENT_NAMES, type StatementName } from '../agency/index.ts';
import type { PlainWordKey } from '../i18n/index.ts';
import type { Page } from './page.ts';

const PATHS = {
  privacy: '/privacy',
  terms: '/terms',
  accessibility: '/accessibility',
} as const satisfies Record<StatementName, string>;

const TITLES = {
  privacy: 'ui.privacy',
  terms: 'ui.terms',
  accessibility: 'ui.accessibility',
} as const satisfies Record<StatementName, PlainWordKey>;

/** The page of a statement, which leads on where the agency has it on a site of its own. */
export const statementPath = (name: StatementName): string => PATHS[name];

/** What a statement is called. */
export const statementTitle = (name: StatementName): PlainWordKey => TITLES[name];

/** Links to all that the agency says of how it deals with people. */
export function StatementLinks({ page }: { readonly page: Page }) {
  return (
    <ul>
      {STATEMENT_NAMES.map((name) => (
        <li key={name}>
          <a href={statementPath(name)}>{page.words.t(statementTitle(name))}</a>
        </li>
      ))}
    </ul>
  );
}
