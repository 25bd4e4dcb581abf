import { type Agency, inLanguage, type Localized } from '../../platform/agency/index.ts';
import { type CalendarDate, parseSentence, type Words } from '../../platform/i18n/index.ts';
import type { Block, PaperContent, Run, Verification } from '../../platform/pdf/index.ts';
import type { NoticeFields } from './fields.ts';
import type { FieldValue, TemplateBlock } from './schema.ts';
import type { NoticeVersion } from './templates.ts';

/** What a notice says of a case, beside the words of its template. */
export type NoticeData = {
  readonly receipt: string;
  /** Name of the case's form. */
  readonly form: Localized;
  /** The day that stands on the notice. */
  readonly issued: CalendarDate;
  /** Whom it is for: her name as the agency has it, and her address, a line each, where it is known. */
  readonly recipient: { readonly name: string; readonly address: readonly string[] };
  readonly fields: NoticeFields;
  readonly verification: {
    readonly code: string;
    /** What the QR code opens. */
    readonly url: URL;
    /** The page where code and receipt are typed. */
    readonly page: URL;
  };
};

/** All that a notice says, in one language: for the page and for the PDF. */
export type NoticeContent = PaperContent;

/** Puts a notice together in the language of `words`: the template's words with the data put in as text. */
export function composeNotice(
  version: NoticeVersion,
  data: NoticeData,
  { words, agency }: { readonly words: Words; readonly agency: Agency },
): NoticeContent {
  const { language, direction } = words;
  const sender = inLanguage(agency.name, language);
  const put = placeValues(data, words, agency);
  const say = (message: string) => sayRuns(message, put, language);
  const plain = (message: string) => textOf(say(message));
  const name = foreign(data.recipient.name, direction);
  const receipt = leftToRight(data.receipt);
  return {
    language,
    direction,
    title: plain(inLanguage(version.title, language)),
    issued: data.issued,
    sender,
    recipient: [name, ...data.recipient.address.map((line) => foreign(line, direction))],
    facts: [
      { label: words.t('paper.date'), value: [{ text: words.calendarDate(data.issued) }] },
      { label: words.t('paper.receipt'), value: [{ ...receipt, strong: true }] },
      { label: words.t('paper.form'), value: [{ text: inLanguage(data.form, language) }] },
    ],
    blocks: [
      ...version.blocks.flatMap((block) => composeBlock(block, { data, words, agency, say, plain })),
      ...closing(data, words, say),
    ],
    footer: [
      `${sender} · ${inLanguage(version.name, language)} · ${data.receipt}`,
      ...(agency.fictional
        ? [words.t('messages.fictional', { country: inLanguage(agency.country, language) })]
        : []),
    ],
    pageNumber: words.t('paper.page-number', { page: '{page}', pages: '{pages}' }),
    romanisedNote: words.t('paper.romanised'),
  };
}

type Saying = {
  readonly data: NoticeData;
  readonly words: Words;
  readonly agency: Agency;
  readonly say: (message: string) => readonly Run[];
  readonly plain: (message: string) => string;
};

function composeBlock(block: TemplateBlock, { data, words, agency, say, plain }: Saying): readonly Block[] {
  const { language, direction } = words;
  const isGiven = (when: string | undefined) => when === undefined || data.fields.has(when);
  if (!isGiven(block.when)) return [];
  switch (block.is) {
    case 'heading':
      return [{ is: 'heading', text: plain(inLanguage(block.words, language)) }];
    case 'paragraph':
      return [{ is: 'paragraph', runs: say(inLanguage(block.words, language)) }];
    case 'callout':
      return [
        {
          is: 'callout',
          title: plain(inLanguage(block.title, language)),
          runs: say(inLanguage(block.words, language)),
        },
      ];
    case 'list':
      return [
        {
          is: 'list',
          ordered: block.ordered,
          items: block.items.map((item) => say(inLanguage(item, language))),
        },
      ];
    case 'list-of': {
      const field = data.fields.get(block.field);
      const items = field?.type === 'list' ? field.value : [];
      return [
        {
          is: 'list',
          ordered: block.ordered,
          items: items.map((item) => [given(item, language, direction)]),
        },
      ];
    }
    case 'facts':
      return [
        {
          is: 'facts',
          facts: block.facts
            .filter(({ when }) => isGiven(when))
            .map(({ label, value }) => ({
              label: plain(inLanguage(label, language)),
              value: say(inLanguage(value, language)),
            })),
        },
      ];
    case 'where-to-send': {
      const { papers } = agency.contact;
      if (papers === undefined)
        return [
          {
            is: 'paragraph',
            runs: say(words.t('paper.ask-where', { phone: '{phone}', email: '{email}' })),
          },
        ];
      const how: Block = { is: 'paragraph', runs: [{ text: inLanguage(papers.how, language) }] };
      const lines = papers.address?.map((line) => foreign(line, direction));
      return lines === undefined ? [how] : [how, { is: 'address', label: words.t('paper.address'), lines }];
    }
    case 'address': {
      const field = data.fields.get(block.field);
      const lines = field?.type === 'address' ? field.value : [];
      return [
        {
          is: 'address',
          label: plain(inLanguage(block.label, language)),
          lines: lines.map((line) => given(line, language, direction)),
        },
      ];
    }
  }
}

/** What stands at the end of every notice: whom to ask, and how to check it. */
function closing(data: NoticeData, words: Words, say: Saying['say']): readonly Block[] {
  const { code, url, page } = data.verification;
  const typed = `${page.host}${page.pathname}`;
  const verification: Verification = {
    is: 'verification',
    title: words.t('paper.verify'),
    text: words.t('paper.verify-text'),
    url: url.href,
    typed,
    alternative: words.t('paper.verify-picture', { address: typed }),
    facts: [
      { label: words.t('paper.code'), value: [{ ...leftToRight(code), strong: true }] },
      { label: words.t('paper.receipt'), value: [{ ...leftToRight(data.receipt), strong: true }] },
    ],
  };
  return [
    { is: 'heading', text: words.t('paper.questions') },
    {
      is: 'paragraph',
      // Its arguments go in as runs, with their own direction.
      runs: say(words.t('paper.questions-text', { phone: '{phone}', email: '{email}', hours: '{hours}' })),
    },
    verification,
  ];
}

/** Everything that words may name, ready to be put in. */
function placeValues(
  data: NoticeData,
  words: Words,
  agency: Agency,
): ReadonlyMap<string, number | readonly Run[]> {
  const { language, direction } = words;
  const { contact } = agency;
  const put = new Map<string, number | readonly Run[]>([
    ['receipt', [leftToRight(data.receipt)]],
    ['form', [{ text: inLanguage(data.form, language) }]],
    ['name', [foreign(data.recipient.name, direction)]],
    ['issued', [{ text: words.calendarDate(data.issued) }]],
    ['agency', [{ text: inLanguage(agency.name, language) }]],
    ['phone', [leftToRight(contact.phone)]],
    ['email', [leftToRight(contact.email)]],
    ['hours', [{ text: inLanguage(contact.hours, language) }]],
  ]);
  for (const [name, field] of data.fields) put.set(name, valueRuns(field, words));
  return put;
}

function valueRuns(field: FieldValue, words: Words): number | readonly Run[] {
  const { language, direction } = words;
  switch (field.type) {
    case 'text':
      return [given(field.value, language, direction)];
    case 'name':
      return [foreign(field.value, direction)];
    case 'date':
      return [{ text: words.calendarDate(field.value) }];
    case 'day':
      return [{ text: words.weekday(field.value) }];
    case 'time':
      return [{ text: words.wallTime(field.value) }];
    case 'receipt':
      return [leftToRight(field.value)];
    case 'number':
      return field.value;
    case 'list': {
      const items = field.value.map((item, at) => [`i${at}`, [given(item, language, direction)]] as const);
      // The names go in as runs, with their own direction.
      const joined = words.list(items.map(([name]) => `{${name}}`));
      return sayRuns(joined, new Map(items), language);
    }
    case 'address':
      return field.value.map((line) => given(line, language, direction));
  }
}

/** A message with its values as runs; what stands in `<b>` is strong. */
function sayRuns(
  message: string,
  put: ReadonlyMap<string, number | readonly Run[]>,
  language: string,
): readonly Run[] {
  type Runs = { readonly runs: readonly Run[] };
  const flat = (parts: readonly (string | Runs)[]): readonly Run[] =>
    parts.flatMap((part) => (typeof part === 'string' ? [{ text: part }] : part.runs));
  const values: Record<string, number | Runs | ((parts: (string | Runs)[]) => Runs)> = {
    b: (parts) => ({ runs: flat(parts).map((run) => ({ ...run, strong: true })) }),
  };
  for (const [name, value] of put) values[name] = typeof value === 'number' ? value : { runs: value };
  return flat(parseSentence(message, language).say<Runs>(values));
}

const textOf = (runs: readonly Run[]): string => runs.map(({ text }) => text).join('');

/** A text of the agency in the reader's language, or in the one that there is. */
function given(value: string | Localized, language: string, direction: Words['direction']): Run {
  if (typeof value === 'string') return foreign(value, direction);
  const [other, text = ''] = Object.entries(value)[0] ?? [];
  const own = value[language];
  if (own !== undefined) return foreign(own, direction);
  return { ...foreign(text, direction), ...(other === undefined ? {} : { language: other }) };
}

const FIRST_STRONG = /\p{L}/u;
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** A text that somebody else wrote, with its own direction where that is not the paper's. */
function foreign(text: string, around: Words['direction']): Run {
  const [first] = FIRST_STRONG.exec(text) ?? [];
  if (first === undefined) return { text };
  const direction = RIGHT_TO_LEFT.test(first) ? 'rtl' : 'ltr';
  return direction === around ? { text } : { text, direction };
}

/** A number or an address of the net, which is read from left to right in every language. */
const leftToRight = (text: string): Run => ({ text, direction: 'ltr' });
