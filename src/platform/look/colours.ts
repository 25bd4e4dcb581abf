import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compileStringAsync, Exception, Logger } from 'sass-embedded';
import { type AgencyFault, faultOfContrast } from '../agency/index.ts';

const THEME = 'look/_theme.scss';
const ORNAMENT = 'look/ornament.svg';

/** The colours of pages as the stylesheets name them, by how an agency's people know them. */
const COLOURS = {
  band: ['brand.$band', '$band'],
  bandDeep: ['brand.$band-deep', '$band-deep'],
  onBand: ['brand.$on-band', '$on-band'],
  accent: ['brand.$accent', '$accent'],
  banner: ['color.mix(brand.$accent, #fff, 45%)', '$accent mixed with white, as the official banner is'],
  paper: ['brand.$paper', '$paper'],
  stone: ['brand.$stone', '$stone'],
  alarm: ['brand.$alarm', '$alarm'],
  white: ['#fff', 'white'],
  ink: ['uswds.color("ink")', '$theme-color-base-ink'],
  quiet: ['uswds.color("base-darker")', '$theme-color-base-darker'],
  primary: ['uswds.color("primary")', '$theme-color-primary'],
  link: ['uswds.color(uswds.$theme-link-color)', '$theme-link-color'],
  visited: ['uswds.color(uswds.$theme-link-visited-color)', '$theme-link-visited-color'],
} as const satisfies Record<string, readonly [expression: string, name: string]>;

type Name = keyof typeof COLOURS;

/** Which text stands on what. */
const PAIRS: readonly (readonly [text: Name, ground: Name])[] = [
  ['onBand', 'band'],
  ['onBand', 'bandDeep'],
  ['accent', 'bandDeep'],
  ['ink', 'banner'],
  ['ink', 'paper'],
  ['ink', 'stone'],
  ['quiet', 'paper'],
  ['quiet', 'stone'],
  ['white', 'primary'],
  ['primary', 'paper'],
  ['link', 'white'],
  ['link', 'paper'],
  ['visited', 'white'],
  ['visited', 'paper'],
  ['alarm', 'white'],
  ['white', 'alarm'],
];

/** Sass code that says the three parts of each colour, and how high the ornament is. */
const PROBE = `@use "theme";
@use "sass:color";
@use "brand";
@use "uswds-core" as uswds;
@function part($colour, $name) { @return color.channel(color.to-space($colour, rgb), $name, $space: rgb); }
@each $name, $colour in (${Object.entries(COLOURS)
  .map(([name, [expression]]) => `"${name}": ${expression}`)
  .join(', ')}) {
  portico-#{$name} { rgb: part($colour, "red") part($colour, "green") part($colour, "blue"); }
}
portico { ornament: brand.$ornament; }`;

/**
 * What cannot be read of an agency's look: each text of a contrast below 4.5:1 on what it stands on, with both colours.
 * @param root Portico's own folder
 */
export async function faultsOfColours(folder: string, root: string): Promise<readonly AgencyFault[]> {
  if (!existsSync(join(folder, THEME))) return [{ file: THEME, reason: 'is missing' }];
  try {
    const { css } = await compileStringAsync(PROBE, {
      loadPaths: [
        join(root, 'client'),
        join(folder, 'look'),
        join(root, 'node_modules/@uswds/uswds/packages'),
      ],
      quietDeps: true,
      logger: Logger.silent,
    });
    const parts = new Map(
      [...css.matchAll(/portico-(\w+) \{\s*rgb: ([\d.]+) ([\d.]+) ([\d.]+);/g)].map(
        ([, name = '', ...rgb]) => [name, rgb.map(Number)] as const,
      ),
    );
    const of = (name: Name): readonly [number, number, number] => {
      const [red = 0, green = 0, blue = 0] = parts.get(name) ?? [];
      return [red, green, blue];
    };
    const unreadable = PAIRS.flatMap(([text, ground]) => {
      const fault = faultOfContrast(of(text), of(ground));
      return fault === null
        ? []
        : [{ file: THEME, reason: `${COLOURS[text][1]} on ${COLOURS[ground][1]}: ${fault}` }];
    });
    return [...unreadable, ...faultsOfOrnament(folder, css)];
  } catch (error) {
    if (!(error instanceof Exception)) throw error;
    const { start, url } = error.span;
    const line = url?.pathname.endsWith('/_theme.scss') === true ? `line ${start.line + 1}: ` : '';
    return [{ file: THEME, reason: `${line}Sass cannot read it: ${error.sassMessage}` }];
  }
}

/** An ornament is a picture and how high it is shown, or neither. */
function faultsOfOrnament(folder: string, css: string): readonly AgencyFault[] {
  const [, height = ''] = /portico \{\s*ornament: ([^;]+);/.exec(css) ?? [];
  const hasPicture = existsSync(join(folder, ORNAMENT));
  if (!/^[\d.]+(rem|em|px)?$/.test(height))
    return [{ file: THEME, reason: `$ornament: is no height such as 1.125rem: ${height}` }];
  const isShown = Number.parseFloat(height) > 0;
  if (isShown && !hasPicture)
    return [{ file: ORNAMENT, reason: `is missing, and $ornament of ${THEME} shows it` }];
  return !isShown && hasPicture
    ? [
        {
          file: THEME,
          reason: `$ornament is missing: how high ${ORNAMENT} is shown, such as 1.125rem; or remove the picture`,
        },
      ]
    : [];
}
