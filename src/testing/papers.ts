import type { Block, PaperContent } from '../platform/pdf/index.ts';

/** A paper that says something in every kind of block. */
export function paper(changes: Partial<PaperContent> = {}): PaperContent {
  const blocks: readonly Block[] = [
    {
      is: 'paragraph',
      runs: [{ text: 'We received it on ' }, { text: 'March 2, 2026', strong: true }, { text: '.' }],
    },
    { is: 'callout', title: 'Answer by June 9', runs: [{ text: 'It must be with us.' }] },
    { is: 'heading', text: 'What we need' },
    { is: 'list', ordered: true, items: [[{ text: 'a copy' }], [{ text: 'a photo' }]] },
    { is: 'facts', facts: [{ label: 'Fee paid', value: [{ text: '365.00' }] }] },
    { is: 'address', label: 'Where', lines: [{ text: '14 Lantern Quay' }, { text: 'Port Vesper' }] },
    {
      is: 'verification',
      title: 'Is it genuine?',
      text: 'Scan the picture.',
      url: 'https://portal.example/verify?code=7Q4M',
      typed: 'portal.example/verify',
      alternative: 'QR code that opens portal.example/verify',
      facts: [{ label: 'Code', value: [{ text: '7Q4M-1KXD', direction: 'ltr' }] }],
    },
  ];
  return {
    language: 'en',
    direction: 'ltr',
    title: 'We need more papers',
    issued: '2026-03-12',
    sender: 'Arcadia Immigration Service',
    recipient: [{ text: 'Siobhán O’Rourke' }, { text: '27 Harbour Lane' }],
    facts: [{ label: 'Receipt number', value: [{ text: 'ARC2190000042', strong: true }] }],
    blocks,
    footer: ['Arcadia'],
    pageNumber: 'Page {page} of {pages}',
    romanisedNote: 'Written in Latin letters.',
    ...changes,
  };
}
