export type { Block, Fact, PaperContent, Run, Verification } from './content.ts';
export { type FontFamily, loadFonts, missingLetters } from './fonts.ts';
export { paperLook } from './look.ts';
export {
  LAYOUT_VERSION,
  type MadePdf,
  makePdfMaker,
  type PaperLook,
  type PdfMaker,
  type PdfMakerOptions,
  PdfMakerUnavailable,
} from './maker.ts';
export type { Romanised } from './romanise.ts';
