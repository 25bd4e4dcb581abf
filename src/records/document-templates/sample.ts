import type { Agency, AgencyFault, Localized } from '../../platform/agency/index.ts';
import { type FontFamily, missingLetters } from '../../platform/pdf/index.ts';
import { placesOf } from './check.ts';
import type { NoticeData } from './compose.ts';
import { parseNoticeFields } from './fields.ts';
import type { NoticeTemplates, NoticeVersion } from './templates.ts';

/**
 * What a notice of a template could say: the samples of its fields, and a person and a case that do not exist.
 * @throws when a sample is not what its field takes
 */
export function sampleData(
  version: NoticeVersion,
  { agency, form }: { agency: Agency; form: Localized },
): NoticeData {
  const samples = Object.entries(version.fields).map(([name, { sample }]) => [name, sample]);
  const parsed = parseNoticeFields(version, Object.fromEntries(samples));
  if (parsed.is === 'faults') throw new Error(parsed.faults.join('; '));
  const page = new URL('https://portal.example/verify');
  const code = '7Q4M-1KXD-93TB-0HGV';
  const url = new URL(`?code=${code}&receipt=${agency.receipt.example}`, page);
  return {
    receipt: agency.receipt.example,
    form,
    issued: '2026-03-12',
    recipient: { name: 'Nguyễn Thị Mai Anh', address: ['27 Harbour Lane, Flat 3', 'Port Vesper 20419'] },
    fields: parsed.fields,
    verification: { code, url, page },
  };
}

/** The words of templates that no font can show, as faults. */
export function missingGlyphs(
  templates: NoticeTemplates,
  languages: readonly string[],
  fonts: readonly FontFamily[],
): readonly AgencyFault[] {
  const faults: AgencyFault[] = [];
  for (const template of templates.all.values()) {
    const all = [
      { place: 'name', words: template.name },
      ...[...template.versions.values()].flatMap((version) =>
        placesOf(version).map(({ where, words }) => ({
          place: `version ${version.version}: ${where}`,
          words,
        })),
      ),
    ];
    for (const { place, words } of all)
      for (const language of languages) {
        const missing = new Set(missingLetters(words[language] ?? '', fonts));
        if (missing.size > 0)
          faults.push({
            file: template.file,
            reason: `${place}, ${language}: no font has ${[...missing].map((letter) => `"${letter}"`).join(', ')}`,
          });
      }
  }
  return faults;
}
