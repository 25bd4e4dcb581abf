import { renderToString } from 'preact-render-to-string';
import { type Agency, inLanguage } from '../agency/index.ts';
import type { Words } from '../i18n/index.ts';
import type { Email } from './outbox.ts';

/** What a message says, before it is laid out as plain text and as HTML. */
export type Letter = {
  readonly to: string;
  /** Without personal data: a subject shows on a locked screen. */
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** A code to type, shown on a line of its own. */
  readonly code?: string;
  readonly link?: { readonly text: string; readonly href: string };
  /** For how long it is of use, where that is soon over. */
  readonly usefulMinutes?: number;
};

/** Lays a letter out in the agency's name, with the standing words on how to tell it from a scam. */
export function layOut(
  letter: Letter,
  { words, agency, publicUrl }: { words: Words; agency: Agency; publicUrl: URL },
): Email {
  const name = inLanguage(agency.name, words.language);
  const standing = words.t('messages.never-asks', { agency: name, host: publicUrl.host });
  const demonstration = agency.fictional
    ? words.t('messages.fictional', { country: inLanguage(agency.country, words.language) })
    : null;
  const text = [
    ...letter.paragraphs,
    ...(letter.code === undefined ? [] : [`    ${letter.code}`]),
    ...(letter.link === undefined ? [] : [`${letter.link.text}:\n${letter.link.href}`]),
    `${name}\n${publicUrl.origin}`,
    `--\n${standing}`,
    ...(demonstration === null ? [] : [demonstration]),
  ].join('\n\n');
  const html = renderToString(
    <html lang={words.language} dir={words.direction}>
      <head>
        <meta charset="utf-8" />
        <title>{letter.subject}</title>
      </head>
      <body style="margin:0;background:#f5f3ef;font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;color:#1b1b1b">
        <div style="max-width:34rem;margin:0 auto;padding:24px 16px">
          <p style="font-weight:700;font-size:18px;margin:0 0 16px">{name}</p>
          <div style="background:#ffffff;border:1px solid #dcd6cb;border-radius:8px;padding:24px;font-size:17px;line-height:1.5">
            {letter.paragraphs.map((paragraph) => (
              <p key={paragraph} style="margin:0 0 16px">
                {paragraph}
              </p>
            ))}
            {letter.code === undefined ? null : (
              <p style="font-size:32px;font-weight:700;letter-spacing:6px;margin:8px 0 16px">{letter.code}</p>
            )}
            {letter.link === undefined ? null : (
              <p style="margin:0">
                <a href={letter.link.href} style="color:#0b4f6c;font-weight:700">
                  {letter.link.text}
                </a>
              </p>
            )}
          </div>
          <p style="font-size:14px;line-height:1.5;color:#4a4a4a;margin:16px 0 0">{standing}</p>
          {demonstration === null ? null : (
            <p style="font-size:14px;color:#4a4a4a;margin:8px 0 0">{demonstration}</p>
          )}
        </div>
      </body>
    </html>,
  );
  const { to, subject, usefulMinutes } = letter;
  return {
    is: 'email',
    to,
    subject,
    text,
    html: `<!doctype html>${html}`,
    ...(usefulMinutes === undefined ? {} : { usefulMinutes }),
  };
}
