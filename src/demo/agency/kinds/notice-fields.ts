import { z } from 'zod';
import { inLanguage, type Localized } from '../../../platform/agency/index.ts';
import { line, optionalLine, optionalLines } from '../../../platform/http/index.ts';
import type { FieldError } from '../../../platform/ui/index.ts';
import { writtenName } from '../../../records/cases/index.ts';
import type { NoticeVersion } from '../../../records/document-templates/index.ts';
import { anyDay, daysFrom, maybeDay, type PlayField, someLines, timeOfDay, workdayFrom } from '../fields.tsx';
import type { Answers, Scene } from '../kind.ts';
import { linesOf, listFields, listOf, textFields, textOf, unanswered } from '../localized.ts';

type Value =
  | { readonly is: 'value'; readonly value: unknown }
  /** It may be left out, and is. */
  | { readonly is: 'none' }
  | { readonly is: 'faults'; readonly faults: readonly FieldError[] };

/** What is asked for one field of a template, and what it comes to. */
export type Question = { readonly fields: readonly PlayField[]; read(answers: Answers): Value };

const Text = z.union([z.string(), z.record(z.string(), z.string())]);
const Texts = z.array(Text);

/** What is asked for the fields of a template, by their names, with good answers already there. */
export function questionsOf(version: NoticeVersion, scene: Scene): ReadonlyMap<string, Question> {
  return new Map(
    Object.entries(version.fields).map(([name, field]) => [name, questionOf(name, field, scene)]),
  );
}

function questionOf(
  field: string,
  { type, optional, sample }: NoticeVersion['fields'][string],
  scene: Scene,
): Question {
  const { page, played, file, today } = scene;
  const { t, language } = page.words;
  const name = `field-${field}`;
  const { label: called, inDays = 0, use } = file.fields[field] ?? {};
  const bare = called === undefined ? field : inLanguage(called, language);
  const label = optional ? t('demo.play-optional', { label: bare }) : bare;
  const who = writtenName(played.person);
  const single = (rest: Pick<PlayField, 'value' | 'rule'> & Shape, write = (text: string): unknown => text) =>
    one({ name, label, ...rest }, write);
  const oneLine = optional ? optionalLine() : line({ missing: 'demo.play-empty' });
  switch (type) {
    case 'name':
      return single({ as: 'line', value: use === 'sample' ? textOfSample(sample) : who, rule: oneLine });
    case 'receipt':
      return single({ as: 'line', width: 'medium', value: played.receipt, rule: oneLine });
    case 'date':
      return single({ as: 'day', value: daysFrom(today, inDays), rule: optional ? maybeDay : anyDay });
    case 'day':
      return single({ as: 'day', value: workdayFrom(today, inDays), rule: optional ? maybeDay : anyDay });
    case 'time':
      return single({ as: 'time', value: textOfSample(sample), rule: timeOfDay });
    case 'number':
      return single(
        {
          as: 'line',
          width: 'short',
          value: typeof sample === 'number' ? String(sample) : '',
          rule: line({ missing: 'demo.play-number-wrong' }).refine(
            (text) => /^\d{1,6}$/.test(text),
            'demo.play-number-wrong',
          ),
        },
        Number,
      );
    case 'address': {
      const texts = Texts.catch([]).parse(sample);
      if (texts.some((text) => typeof text !== 'string'))
        return listed({ page, name, label: bare, optional }, texts);
      const lines = texts.map(textOfSample);
      return single(
        {
          as: 'lines',
          rows: Math.max(3, lines.length),
          value: lines.join('\n'),
          rule: (optional ? optionalLines() : someLines).refine(
            (text) => linesOf(text).length <= ADDRESS_LINES,
            'demo.play-address-long',
          ),
        },
        linesOf,
      );
    }
    case 'text': {
      if (typeof sample === 'string') return single({ as: 'line', value: sample, rule: oneLine });
      const asked = { page, name, label: bare, optional };
      return {
        fields: textFields(asked, Text.catch('').parse(sample)),
        read: (answers) => {
          const value = textOf(asked, answers);
          if (value !== null) return { is: 'value', value };
          return optional ? { is: 'none' } : { is: 'faults', faults: [unanswered(asked)] };
        },
      };
    }
    case 'list': {
      const hint = t('demo.play-each-line');
      if (use === 'person')
        return one(
          {
            as: 'lines',
            rows: 3,
            name,
            label,
            hint,
            value: who,
            rule: optional ? optionalLines() : someLines,
          },
          linesOf,
        );
      return listed({ page, name, label: bare, hint, optional }, Texts.catch([]).parse(sample));
    }
  }
}

type Shape = PlayField extends infer Each
  ? Each extends PlayField
    ? Omit<Each, 'name' | 'label' | 'hint' | 'value' | 'rule'>
    : never
  : never;

const ADDRESS_LINES = 8;

/** One that is answered in a single field. */
function one(field: PlayField, write: (text: string) => unknown): Question {
  return {
    fields: [field],
    read: (answers) => {
      const text = answers[field.name] ?? null;
      return text === null ? { is: 'none' } : { is: 'value', value: write(text) };
    },
  };
}

/** A list that is answered in each language. */
function listed(asked: Parameters<typeof listFields>[0], items: z.infer<typeof Texts>): Question {
  return {
    fields: listFields(asked, items),
    read: (answers) => {
      const read = listOf(asked, answers);
      if (read.is === 'faults') return read;
      if (read.items.length > 0) return { is: 'value', value: read.items };
      return asked.optional === true ? { is: 'none' } : { is: 'faults', faults: [unanswered(asked)] };
    },
  };
}

function textOfSample(sample: unknown): string {
  const text: string | Localized = Text.catch('').parse(sample);
  return typeof text === 'string' ? text : (Object.values(text)[0] ?? '');
}
