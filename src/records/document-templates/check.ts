import type { Localized } from '../../platform/agency/index.ts';
import { type ArgumentUse, faultsOfPlurals, parseSentence } from '../../platform/i18n/index.ts';
import { languagesOf, parseValue } from './fields.ts';
import type { FieldType, TemplateBlock, VersionFileContent } from './schema.ts';

/** What every notice may say without declaring it. */
const STANDING = ['receipt', 'form', 'name', 'issued', 'agency', 'phone', 'email', 'hours'] as const;

/** The one tag of words: what must not be missed. */
const STRONG = 'b';

// The PDF stores such a word in pieces, from its left end on.
const RIGHT_TO_LEFT_WITH_MARK = /[\p{Script=Arabic}\p{Script=Hebrew}]\p{M}/u;

/** Words of a template, where they stand, and the optional field without which they are not shown. */
type Place = { readonly where: string; readonly words: Localized; readonly when: readonly string[] };

/**
 * Everything that is wrong with a version of a template: a missing language, broken ICU, a placeholder that is not there
 * or is used in another way than its type allows, languages that say different things, a field that is not used.
 */
export function faultsOfVersion(
  version: VersionFileContent,
  languages: readonly string[],
): readonly string[] {
  const { fields } = version;
  const faults: string[] = [];
  const used = new Set<string>();
  const isOptional = (name: string) => fields[name]?.optional === true;

  for (const [name, { type, sample }] of Object.entries(fields)) {
    if (STANDING.some((standing) => standing === name))
      faults.push(`field "${name}": every notice has it already`);
    if (name === STRONG) faults.push(`field "${name}": it is called like the tag <${STRONG}>`);
    const parsed = parseValue(type, sample);
    const faultOfSample = (reason: string) => faults.push(`field "${name}": the sample: ${reason}`);
    if (parsed.is === 'fault') faultOfSample(parsed.reason);
    else
      for (const given of languagesOf(parsed.value)) {
        for (const language of languages) if (!given.includes(language)) faultOfSample(`no ${language}`);
        for (const language of given)
          if (!languages.includes(language)) faultOfSample(`"${language}" is none of the agency's languages`);
      }
  }

  for (const { where, words, when } of placesOf(version)) {
    const uses = new Map(
      languages.flatMap((language) => {
        const message = words[language];
        if (message === undefined) {
          faults.push(`${where}: no ${language}`);
          return [];
        }
        if (RIGHT_TO_LEFT_WITH_MARK.test(message))
          faults.push(
            `${where}, ${language}: write without vowel signs, which take a word apart for those who hear it`,
          );
        try {
          const { uses } = parseSentence(message, language);
          for (const reason of faultsOfPlurals(message, language))
            faults.push(`${where}, ${language}: ${reason}`);
          return [[language, uses] as const];
        } catch (error) {
          faults.push(`${where}, ${language}: ${error instanceof Error ? error.message : String(error)}`);
          return [];
        }
      }),
    );
    const everywhere = new Set([...uses.values()].flatMap((each) => [...each.keys()]));
    everywhere.delete(STRONG);
    for (const [language, each] of uses) {
      for (const name of everywhere)
        if (!each.has(name)) faults.push(`${where}, ${language}: no {${name}}, which another language has`);
      for (const [name, ways] of each) {
        used.add(name);
        for (const reason of wrongUses(name, ways, fields[name]?.type))
          faults.push(`${where}, ${language}: ${reason}`);
        if (isOptional(name) && !when.includes(name))
          faults.push(`${where}: {${name}} is optional; say "when": "${name}"`);
      }
    }
  }

  for (const [at, block] of version.blocks.entries()) {
    const where = `block ${at + 1}`;
    for (const name of whensOf(block)) {
      used.add(name);
      if (!isOptional(name)) faults.push(`${where}: "when" names "${name}", which is no optional field`);
    }
    if (block.is !== 'list-of' && block.is !== 'address') continue;
    used.add(block.field);
    const type = block.is === 'list-of' ? 'list' : 'address';
    if (fields[block.field]?.type !== type)
      faults.push(`${where}: "${block.field}" is no field of type ${type}`);
    else if (isOptional(block.field) && block.when !== block.field)
      faults.push(`${where}: "${block.field}" is optional; say "when": "${block.field}"`);
  }

  for (const name of Object.keys(fields))
    if (!used.has(name)) faults.push(`field "${name}": nothing uses it`);
  return faults;
}

function* wrongUses(name: string, ways: ReadonlySet<ArgumentUse>, type: FieldType | undefined) {
  for (const way of ways) {
    if (way === 'tag') {
      if (name !== STRONG) yield `no tag but <${STRONG}>: <${name}>`;
    } else if (type === undefined) {
      if (!STANDING.some((standing) => standing === name)) yield `no field "${name}"`;
      else if (way !== 'plain') yield `{${name}} can only be put in as it is`;
    } else if (way === 'other' || (way === 'number' && type !== 'number')) {
      yield `{${name}} is of type ${type} and can only be put in as it is`;
    } else if (type === 'address') {
      yield `{${name}} is an address: it needs a block of its own`;
    }
  }
}

const whensOf = (block: TemplateBlock): readonly string[] =>
  [block.when, ...(block.is === 'facts' ? block.facts.map(({ when }) => when) : [])].filter(
    (name) => name !== undefined,
  );

/** All words of a version. */
export function placesOf({ title, blocks }: Pick<VersionFileContent, 'title' | 'blocks'>): readonly Place[] {
  const places: Place[] = [{ where: 'title', words: title, when: [] }];
  for (const [at, block] of blocks.entries()) {
    const add = (part: string, words: Localized, when?: string) =>
      places.push({
        where: `block ${at + 1}${part}`,
        words,
        when: [block.when, when].filter((name) => name !== undefined),
      });
    switch (block.is) {
      case 'heading':
      case 'paragraph':
        add('', block.words);
        break;
      case 'callout':
        add(', title', block.title);
        add('', block.words);
        break;
      case 'list':
        for (const [item, words] of block.items.entries()) add(`, item ${item + 1}`, words);
        break;
      case 'facts':
        block.facts.forEach(({ label, value, when }, fact) => {
          add(`, label ${fact + 1}`, label, when);
          add(`, value ${fact + 1}`, value, when);
        });
        break;
      case 'address':
        add(', label', block.label);
        break;
      case 'list-of':
        break;
    }
  }
  return places;
}
