import { Readable } from 'node:stream';
import type { Logger } from 'pino';
import type { Clock } from '../../platform/clock/index.ts';
import type { Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Languages } from '../../platform/i18n/index.ts';
import type { MadePdf, PdfMaker } from '../../platform/pdf/index.ts';
import type { Blobs } from '../../platform/storage/index.ts';
import { composeNotice } from '../document-templates/index.ts';
import { type Notice, type NoticeParts, noticeOf } from './notice.ts';
import { insertRendering, noteFailure, selectUnmade, type Unmade } from './store.ts';

/** Largest file that a notice is made into, in bytes. */
const LARGEST = 20 * 1024 * 1024;

export type Renderings = {
  /**
   * Makes a document of a template into a sealed file in each language of the agency in which it is not made yet. What is
   * made stays as it is.
   * @throws when it could not be made in some language, or nothing can be stored; then it is to be tried again
   */
  render(id: string): Promise<void>;
};

export type RenderingsParts = NoticeParts & {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly blobs: Blobs;
  readonly languages: Languages;
  readonly log: Logger;
  /** Asked for when there is something to make. */
  readonly maker: () => PdfMaker;
};

/** Makes documents of templates into files. */
export function makeRenderings(parts: RenderingsParts): Renderings {
  const { database, vault, languages, log, clock } = parts;
  return {
    render: async (id) => {
      const unmade = await selectUnmade(database, vault, id);
      if (unmade === null) return;
      const failed: string[] = [];
      for (const words of languages.all) {
        const { language } = words;
        if (unmade.made.has(language)) continue;
        const reason = await renderIn(parts, unmade, language);
        if (reason === null) continue;
        await noteFailure(database, unmade, { language, reason, at: clock.now() });
        log.error(
          { document: id, template: unmade.template.id, version: unmade.template.version, language, reason: unnamed(reason) },
          'a notice could not be made into a file',
        );
        failed.push(language);
      }
      if (failed.length > 0) throw new Error(`a notice could not be made in ${failed.join(', ')}`);
    },
  };
}

/** @returns why it could not be made; null when it was */
async function renderIn(parts: RenderingsParts, unmade: Unmade, language: string): Promise<string | null> {
  const { database, blobs, agency, languages, clock, maker } = parts;
  const notice = noticeOf(unmade, parts);
  if (notice === null) return 'the agency no longer has its template in that version';
  const content = composeNotice(notice.version, notice.data, { words: languages.get(language), agency });
  const made = await maker().make(content);
  if (made.is === 'failed') return made.reason;
  const stored = await blobs.put(Readable.from([made.bytes]), { maxBytes: LARGEST });
  if (stored.is === 'too-large') return `it is larger than ${LARGEST} bytes`;
  await insertRendering(database, unmade, {
    language,
    stored,
    template: templateOf(notice),
    note: noteOf(made),
    at: clock.now(),
  });
  return null;
}

const templateOf = ({ version: { version, hash } }: Notice) => ({ version, hash });

/** What the office has to know of a file that was made. */
function noteOf({ romanised }: Extract<MadePdf, { is: 'made' }>): string | null {
  if (romanised.length === 0) return null;
  return romanised.map(({ text, as, missing }) => `${text}: ${as} (${missing.join(', ')})`).join('\n');
}

/** A reason for the log: what it quotes may be of a person. */
const unnamed = (reason: string): string => reason.replaceAll(/(["'`“‘]).*?(["'`”’])/gs, '$1…$2').slice(0, 300);
