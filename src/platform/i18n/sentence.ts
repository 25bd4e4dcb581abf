import { type MessageFormatElement, TYPE } from '@formatjs/icu-messageformat-parser';
import { IntlMessageFormat } from 'intl-messageformat';
import { parseIcu } from './icu-faults.ts';

/** How an argument is used: put in as it is, as a number that words depend on, or as a tag around words. */
export type ArgumentUse = 'plain' | 'number' | 'tag' | 'other';

type Values<T> = Readonly<Record<string, string | number | T | ((parts: (string | T)[]) => T)>>;

/** A message in ICU MessageFormat that is none of the product's own words, such as one that an agency wrote. */
export type Sentence = {
  /** What it takes, and every way in which it takes that. */
  readonly uses: ReadonlyMap<string, ReadonlySet<ArgumentUse>>;
  /** Its parts in their order, with what was put in as it is. A tag is a function of what it stands around. */
  say<T extends object>(values: Values<T>): readonly (string | T)[];
};

/** @throws an error in plain words when the message is no ICU MessageFormat */
export function parseSentence(message: string, language: string): Sentence {
  const elements = [...parseIcu(message)];
  const format = new IntlMessageFormat(elements, language);
  const uses = new Map<string, Set<ArgumentUse>>();
  collect(elements, uses);
  return {
    uses,
    say: <T extends object>(values: Values<T>) => {
      const said = format.format<T>(values);
      return Array.isArray(said) ? said : [said];
    },
  };
}

function collect(elements: readonly MessageFormatElement[], uses: Map<string, Set<ArgumentUse>>): void {
  const note = (name: string, use: ArgumentUse) =>
    uses.set(name, (uses.get(name) ?? new Set<ArgumentUse>()).add(use));
  for (const element of elements) {
    switch (element.type) {
      case TYPE.argument:
        note(element.value, 'plain');
        break;
      case TYPE.number:
      case TYPE.plural:
        note(element.value, 'number');
        break;
      case TYPE.tag:
        note(element.value, 'tag');
        collect(element.children, uses);
        break;
      case TYPE.select:
      case TYPE.date:
      case TYPE.time:
        note(element.value, 'other');
        break;
      case TYPE.literal:
      case TYPE.pound:
        break;
    }
    if (element.type === TYPE.plural || element.type === TYPE.select)
      for (const option of Object.values(element.options)) collect(option.value, uses);
  }
}
