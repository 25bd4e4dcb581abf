import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AgencyFault, collect, readAgencyText } from '../agency/index.ts';

/** What no picture may hold, and how that is said. */
const FORBIDDEN: readonly (readonly [found: RegExp, said: string])[] = [
  [/<script\b|\son[a-z]+\s*=/i, 'has a script'],
  [/<text\b/i, 'has text set in a font; make it outlines'],
  [/@import\b/i, 'links to another file'],
  [/<foreignObject\b/i, 'has a part that is no picture (foreignObject)'],
  [/\b(?:xlink:)?href\s*=\s*["'](?!#)|url\(\s*["']?(?!#|["']#)/i, 'links to another file'],
];

/** The pictures of an agency, for every page. */
const PICTURES = ['look/logo.svg', 'look/favicon.svg'];

/** Repeated along the edge of the header; an agency may have none. */
const ORNAMENT = 'look/ornament.svg';

/** All that an ornament may be made of. */
const SHAPES = new Set('svg g title desc path rect circle ellipse line polyline polygon'.split(' '));

const SIDES = [/\swidth\s*=\s*["'][\d.]+(px)?["']/, /\sheight\s*=\s*["'][\d.]+(px)?["']/];

/** What is wrong with the pictures of an agency's folder. */
export function faultsOfPictures(folder: string): readonly AgencyFault[] {
  const faults: AgencyFault[] = [];
  for (const file of existsSync(join(folder, ORNAMENT)) ? [...PICTURES, ORNAMENT] : PICTURES) {
    const picture = collect(faults, () => readAgencyText(folder, file));
    if (picture === undefined) continue;
    if (!/<svg[\s>]/.test(picture)) faults.push({ file, reason: 'is no SVG picture' });
    for (const [found, said] of FORBIDDEN) if (found.test(picture)) faults.push({ file, reason: said });
    if (file === ORNAMENT) faults.push(...faultsOfShapes(picture).map((reason) => ({ file, reason })));
  }
  return faults;
}

/** An ornament is plain shapes of a size, so that it can be put beside itself. */
function faultsOfShapes(picture: string): readonly string[] {
  const names = [...picture.matchAll(/<([A-Za-z!][\w:.-]*)/g)].map(([, name = '']) => name);
  const others = [...new Set(names)].filter((name) => !SHAPES.has(name) && !name.startsWith('!--'));
  const [root = ''] = /<svg\b[^>]*>/.exec(picture) ?? [];
  const isSized = SIDES.every((side) => side.test(root));
  return [
    ...others.map((name) => `has <${name}>; an ornament is of plain shapes: ${[...SHAPES].join(', ')}`),
    ...(isSized ? [] : ['has no width and height in pixels on <svg>']),
  ];
}
