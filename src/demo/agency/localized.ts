import type { Localized } from '../../platform/agency/index.ts';
import { optionalLines } from '../../platform/http/index.ts';
import type { FieldError, Page } from '../../platform/ui/index.ts';
import type { PlayField } from './fields.tsx';
import type { Answers } from './kind.ts';

type Asked = {
  readonly page: Page;
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly rows?: number;
  readonly optional?: boolean;
};

const fieldName = (name: string, language: string) => `${name}-${language}`;

/** A question for a text in every language of the agency, which may be answered in some. */
export function textFields(
  { page, name, label, hint, rows = 3, optional = false }: Asked,
  value: string | Localized,
): readonly PlayField[] {
  const { t } = page.words;
  const isOne = page.languages.length === 1;
  const labelIn = (language: string) => {
    if (isOne) return optional ? t('demo.play-optional', { label }) : label;
    return optional
      ? t('demo.play-optional-in-language', { label, language })
      : t('demo.play-in-language', { label, language });
  };
  return page.languages.map(({ language, name: called }) => ({
    as: 'lines',
    name: fieldName(name, language),
    label: labelIn(called),
    ...(hint === undefined ? {} : { hint }),
    rows,
    language,
    value: typeof value === 'string' ? value : (value[language] ?? ''),
    rule: optionalLines(),
  }));
}

/** The same for a list, of which each line is an item. */
export const listFields = (asked: Asked, items: readonly (string | Localized)[]): readonly PlayField[] => {
  const inLanguage = (language: string) =>
    items.map((item) => (typeof item === 'string' ? item : (item[language] ?? ''))).join('\n');
  const value = Object.fromEntries(
    asked.page.languages.map(({ language }) => [language, inLanguage(language)]),
  );
  return textFields({ rows: Math.max(3, items.length * 2), ...asked }, value);
};

/** What was answered to `textFields`; null where nothing was. */
export function textOf({ page, name }: Pick<Asked, 'page' | 'name'>, answers: Answers): Localized | null {
  const given = page.languages.flatMap(({ language }) => {
    const text = answers[fieldName(name, language)] ?? null;
    return text === null ? [] : [[language, text] as const];
  });
  return given.length === 0 ? null : Object.fromEntries(given);
}

type ListAnswer =
  | { readonly is: 'list'; readonly items: readonly Localized[] }
  | { readonly is: 'faults'; readonly faults: readonly FieldError[] };

/** What was answered to `listFields`: as many items in each language in which there are some. */
export function listOf({ page, name }: Pick<Asked, 'page' | 'name'>, answers: Answers): ListAnswer {
  const given = page.languages.flatMap(({ language }) => {
    const items = linesOf(answers[fieldName(name, language)] ?? null);
    return items.length === 0 ? [] : [{ language, items }];
  });
  const [first, ...others] = given;
  const { t } = page.words;
  if (first === undefined) return { is: 'list', items: [] };
  const faults = others
    .filter(({ items }) => items.length !== first.items.length)
    .map(({ language }) => ({
      field: fieldName(name, language),
      text: t('demo.play-uneven', { count: first.items.length }),
    }));
  if (faults.length > 0) return { is: 'faults', faults };
  const items = first.items.map((_, at) =>
    Object.fromEntries(given.map(({ language, items: all }) => [language, all[at] ?? ''])),
  );
  return { is: 'list', items };
}

/** The fault of one that has to be answered and was not. */
export const unanswered = ({ page, name }: Pick<Asked, 'page' | 'name'>): FieldError => ({
  field: fieldName(name, page.languages[0]?.language ?? ''),
  text: page.words.t('demo.play-empty'),
});

/** The lines of an answer that say something. */
export const linesOf = (text: string | null): readonly string[] =>
  (text ?? '')
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each !== '');
