import { type AgencyFault, collect, readAgencyText } from '../agency/index.ts';

/** What no picture may hold, and how that is said. */
const FORBIDDEN: readonly (readonly [found: RegExp, said: string])[] = [
  [/<script\b|\son[a-z]+\s*=/i, 'has a script'],
  [/<text\b/i, 'has text set in a font; make it outlines'],
  [/<foreignObject\b/i, 'has a part that is no picture (foreignObject)'],
  [/\b(?:xlink:)?href\s*=\s*["'](?!#)|url\(\s*["']?(?!#|["']#)/i, 'links to another file'],
];

/** The pictures of an agency, for every page. */
const PICTURES = ['look/logo.svg', 'look/favicon.svg'];

/** What is wrong with the pictures of an agency's folder. */
export function faultsOfPictures(folder: string): readonly AgencyFault[] {
  const faults: AgencyFault[] = [];
  for (const file of PICTURES) {
    const picture = collect(faults, () => readAgencyText(folder, file));
    if (picture === undefined) continue;
    if (!/<svg[\s>]/.test(picture)) faults.push({ file, reason: 'is no SVG picture' });
    for (const [found, said] of FORBIDDEN) if (found.test(picture)) faults.push({ file, reason: said });
  }
  return faults;
}
