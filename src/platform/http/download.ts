import { create } from 'content-disposition';

/** What a file is called when nothing of its name can be kept. */
const NAMELESS = 'document';
/** As file systems count: bytes of UTF-8. */
const MOST_BYTES = 200;

/** What no name may have: control characters, marks that turn the direction of text and so hide an ending, and slashes. */
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff/\\]/gu;
/** What Windows takes for a device, whatever ending follows. */
const DEVICE = /^(?:con|prn|aux|nul|(?:com|lpt)[\d¹²³]|conin\$|conout\$)(?=\s*(?:\.|$))/i;
/** What Windows allows in no name; browsers there put something else in its place, each in its own way. */
const UNSAFE_ON_WINDOWS = /[<>:"|?*]/g;

export type Download = {
  /** What the file is called, in any script. */
  readonly name: string;
  /** Its media type, as it was found out; never as the person who sent it said. */
  readonly type: string;
  /** Its bytes, where they are known. */
  readonly size?: number;
  /** Whether the browser may show it. Only what cannot act, such as a PDF or a picture, is shown. */
  readonly show?: boolean;
};

/**
 * The headers of an answer that is a file. Its name goes out twice: in ASCII for old programs, and as it is in `filename*`
 * (RFC 6266 §4.3, RFC 8187); a name cannot add a header (ASVS 1.2.1, 5.4.2) or lead out of a folder.
 */
export function downloadHeaders({ name, type, size, show = false }: Download): Record<string, string> {
  const full = fileName(name);
  return {
    'content-type': type,
    'content-disposition': create(full, { type: show ? 'inline' : 'attachment', fallback: asciiName(full) }),
    ...(size === undefined ? {} : { 'content-length': String(size) }),
    'x-content-type-options': 'nosniff',
  };
}

/** A name that every system takes, with as much of it as can be. */
function fileName(name: string): string {
  const clean = name
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(FORBIDDEN, ' ')
    .replaceAll(UNSAFE_ON_WINDOWS, '_')
    .replaceAll(/\s+/g, ' ')
    // A dot at the front hides a file; Windows takes none at the end.
    .replaceAll(/^[. ]+|[. ]+$/g, '')
    .replace(DEVICE, '_$&');
  return clean === '' ? NAMELESS : shortened(clean);
}

/** Cuts the front part of a long name, between whole characters, so that its ending stays. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MOST_BYTES) return name;
  const ending = endingOf(name);
  let front = '';
  let left = MOST_BYTES - Buffer.byteLength(ending);
  for (const { segment } of new Intl.Segmenter('en').segment(name.slice(0, name.length - ending.length))) {
    left -= Buffer.byteLength(segment);
    if (left < 0) break;
    front += segment;
  }
  return `${front.trimEnd() || NAMELESS}${ending}`;
}

const endingOf = (name: string): string => /\.[\da-z]{1,9}$/i.exec(name)?.[0] ?? '';

/** The same in ASCII: without accents, and called `document` where hardly anything is left. */
function asciiName(name: string): string {
  const ending = endingOf(name);
  const front = ascii(name.slice(0, name.length - ending.length)).replaceAll(/^[\s._-]+|[\s._-]+$/g, '');
  return `${/[\da-z]/i.test(front) ? front.replace(DEVICE, '_$&') : NAMELESS}${ending}`;
}

/** Percent signs go too: some browsers decode them in `filename` (RFC 6266, appendix D). */
const ascii = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/[\u2010-\u2015]/g, '-')
    .replaceAll(/[^\x20-\x7e]/g, '')
    .replaceAll(/[%"\\<>:|?*/]/g, '_');
