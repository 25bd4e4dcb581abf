import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agency } from '../agency/index.ts';
import type { PaperLook } from './maker.ts';

const PLAIN_BAND = '#333333';

/**
 * The agency's own look on paper: its logo in the colour of its mails.
 * @throws when the agency has no `look/logo.svg`
 */
export function paperLook(agency: Pick<Agency, 'folder' | 'paper' | 'mailColours'>): PaperLook {
  return {
    paper: agency.paper,
    logo: readFileSync(join(agency.folder, 'look/logo.svg'), 'utf8'),
    band: agency.mailColours?.band ?? PLAIN_BAND,
  };
}
