import { join } from 'node:path';
import { loadAgency } from '../platform/agency/index.ts';
import { loadLanguages } from '../platform/i18n/index.ts';
import type { Page } from '../platform/ui/index.ts';

const root = join(import.meta.dirname, '../..');
const agency = loadAgency(join(root, 'agencies/arcadia'));
const languages = loadLanguages(join(root, 'locales'), agency);

/** A page as a view is handed one, in a language, for a stranger unless something else is given. */
export function testPage(language = 'en', changes: Partial<Page> = {}): Page {
  return {
    words: languages.get(language),
    languages: languages.all,
    agency,
    path: '/somewhere',
    csrf: 'csrf-of-the-page',
    visitor: { is: 'stranger' },
    navigation: [],
    refill: null,
    formOwner: null,
    visit: '',
    demo: true,
    handheld: false,
    now: new Date('2026-03-12T12:00:00Z'),
    asset: (name) => `/assets/${name}`,
    ...changes,
  };
}

/** Someone signed in, with half an hour and twelve. */
export function signedInVisitor(name: string): Page['visitor'] {
  return {
    is: 'signed-in',
    name,
    unread: 0,
    idleEndsAt: new Date('2026-03-12T12:30:00Z'),
    endsAt: new Date('2026-03-13T00:00:00Z'),
  };
}
