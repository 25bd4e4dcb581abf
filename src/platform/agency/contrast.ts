/** What text must reach on what it stands on: WCAG 2.2, 1.4.3. */
const LEAST_CONTRAST = 4.5;

type Colour = readonly [red: number, green: number, blue: number];

/** Of a colour such as `#481441`. */
export function colourOf(hex: string): Colour {
  const at = (from: number) => Number.parseInt(hex.slice(from, from + 2), 16);
  return [at(1), at(3), at(5)];
}

/** How two colours differ in lightness, 1 to 21, as WCAG 2.2 defines it. */
function contrastOf(one: Colour, other: Colour): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** What is wrong with text of a colour on another; null where it can be read. */
export function faultOfContrast(text: Colour, ground: Colour): string | null {
  const contrast = contrastOf(text, ground);
  if (contrast >= LEAST_CONTRAST) return null;
  // Rounded down, or 4.46 would be said to be 4.5.
  const shown = (Math.floor(contrast * 10) / 10).toFixed(1);
  return `the contrast of ${hexOf(text)} on ${hexOf(ground)} is ${shown}:1 and must be ${LEAST_CONTRAST}:1`;
}

const hexOf = (colour: Colour): string =>
  `#${colour.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;

function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
