import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser';

/** What the parser's names of faults mean to whoever wrote the message. */
const FAULTS: Readonly<Record<string, string>> = {
  EXPECT_ARGUMENT_CLOSING_BRACE: 'a { has no } that closes it',
  EMPTY_ARGUMENT: 'there is no name between { and }',
  MALFORMED_ARGUMENT: 'what stands between { and } is no name',
  EXPECT_ARGUMENT_TYPE: 'after the comma there is no word such as plural',
  INVALID_ARGUMENT_TYPE: 'after the comma there is no word such as plural',
  EXPECT_SELECT_ARGUMENT_OPTIONS: 'no forms follow, such as one {…} other {…}',
  EXPECT_PLURAL_ARGUMENT_SELECTOR: 'a form has no name, such as one or other',
  EXPECT_PLURAL_ARGUMENT_SELECTOR_FRAGMENT: 'a form has no text in { } after its name',
  EXPECT_SELECT_ARGUMENT_SELECTOR: 'a form has no name, such as other',
  EXPECT_SELECT_ARGUMENT_SELECTOR_FRAGMENT: 'a form has no text in { } after its name',
  DUPLICATE_PLURAL_ARGUMENT_SELECTOR: 'a form is there twice',
  DUPLICATE_SELECT_ARGUMENT_SELECTOR: 'a form is there twice',
  MISSING_OTHER_CLAUSE: 'the form "other" is missing',
  INVALID_TAG: 'a tag is not written as <name>',
  UNMATCHED_CLOSING_TAG: 'a closing tag does not belong to the one before it',
  UNCLOSED_TAG: 'a tag is not closed',
};

/**
 * The elements of a message in ICU MessageFormat.
 * @throws an error that says in plain words what is wrong and at which letter
 */
export function parseIcu(message: string): readonly MessageFormatElement[] {
  try {
    return parse(message);
  } catch (error) {
    const fault = error instanceof Error ? FAULTS[error.message] : undefined;
    throw new Error(`${fault ?? 'is not valid ICU MessageFormat'}, ${placeOf(error)}: ${message}`);
  }
}

/** Plural forms that a language has and a message lacks, or that it does not have. One that says `other` alone means all. */
export function faultsOfPlurals(message: string, language: string): readonly string[] {
  const faults = new Set<string>();
  for (const { forms, isOrdinal } of pluralsOf(parseIcu(message))) {
    const rules = new Intl.PluralRules(language, { type: isOrdinal ? 'ordinal' : 'cardinal' });
    const named = forms.filter((form) => !form.startsWith('='));
    for (const form of named)
      if (!rules.resolvedOptions().pluralCategories.some((known) => known === form))
        faults.add(`the language has no plural form "${form}"`);
    for (const form of named.length > 1 ? formsInUse(rules) : [])
      if (!named.includes(form)) faults.add(`the plural form "${form}" is missing`);
  }
  return [...faults];
}

/** Those that a count of days, papers or tries takes; some languages have another for millions and fractions. */
const COUNTS = Array.from({ length: 200 }, (_, count) => count);

const formsInUse = (rules: Intl.PluralRules): ReadonlySet<string> =>
  new Set(COUNTS.map((count) => rules.select(count)));

function* pluralsOf(
  elements: readonly MessageFormatElement[],
): Generator<{ readonly forms: readonly string[]; readonly isOrdinal: boolean }> {
  for (const element of elements) {
    if (element.type === TYPE.plural)
      yield { forms: Object.keys(element.options), isOrdinal: element.pluralType === 'ordinal' };
    if (element.type === TYPE.plural || element.type === TYPE.select)
      for (const { value } of Object.values(element.options)) yield* pluralsOf(value);
    if (element.type === TYPE.tag) yield* pluralsOf(element.children);
  }
}

function placeOf(error: unknown): string {
  const location: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'location') : undefined;
  const start: unknown =
    typeof location === 'object' && location !== null ? Reflect.get(location, 'start') : undefined;
  const column: unknown =
    typeof start === 'object' && start !== null ? Reflect.get(start, 'offset') : undefined;
  return typeof column === 'number' ? `at letter ${column + 1}` : 'somewhere';
}
