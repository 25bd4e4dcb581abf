import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { type Agency, inLanguage } from '../agency/index.ts';
import type { Words } from '../i18n/index.ts';
import type { Email } from './message.ts';

/** What an email says, before it is laid out as plain text and as HTML. */
export type Letter = {
  readonly to: string;
  /** Without personal data: a subject shows on a locked screen. */
  readonly subject: string;
  /** What it is about, as a heading. */
  readonly title?: string;
  readonly greeting?: string;
  readonly paragraphs: readonly string[];
  /** Such as when it happened. */
  readonly facts?: readonly { readonly term: string; readonly value: string }[];
  /** What follows from all that. */
  readonly closing?: readonly string[];
  /** A code to type, shown on a line of its own. */
  readonly code?: string;
  /** What the person is most likely to want next. */
  readonly link?: Link;
  /** For those for whom all of it is wrong. */
  readonly aside?: { readonly title: string; readonly text: string; readonly link: Link };
  /** How whoever can do without such letters ends them. */
  readonly unsubscribe?: Link & {
    /** Where a program does so by one POST (RFC 8058). */
    readonly post: string;
  };
  /** For how long it is of use, where that is soon over. */
  readonly usefulMinutes?: number;
};

type Link = { readonly text: string; readonly href: string };

/** Lays a letter out in the agency's name, with the standing words on how to tell it from a scam. */
export function layOut(
  letter: Letter,
  { words, agency, publicUrl }: { words: Words; agency: Agency; publicUrl: URL },
): Email {
  const { to, subject, unsubscribe, usefulMinutes } = letter;
  const name = inLanguage(agency.name, words.language);
  const frame = {
    words,
    name,
    colours: agency.mailColours ?? PLAIN_COLOURS,
    origin: publicUrl.origin,
    standing: [
      words.t('messages.never-asks', { origin: publicUrl.origin }),
      ...(agency.fictional
        ? [words.t('messages.fictional', { country: inLanguage(agency.country, words.language) })]
        : []),
    ],
  };
  return {
    is: 'email',
    to,
    subject,
    text: asText(letter, frame),
    html: `<!doctype html>${renderToString(<LetterDocument letter={letter} frame={frame} />)}`,
    ...(unsubscribe === undefined ? {} : { unsubscribe: unsubscribe.post }),
    ...(usefulMinutes === undefined ? {} : { usefulMinutes }),
  };
}

type Frame = {
  readonly words: Words;
  readonly name: string;
  readonly colours: NonNullable<Agency['mailColours']>;
  readonly origin: string;
  readonly standing: readonly string[];
};

const PLAIN_COLOURS = { band: '#333333', onBand: '#ffffff' };

function asText(letter: Letter, { name, origin, standing }: Frame): string {
  const { title, greeting, paragraphs, facts = [], closing = [], code, link, aside, unsubscribe } = letter;
  const linked = ({ text, href }: Link) => `${text}:\n${href}`;
  return [
    title,
    greeting,
    ...paragraphs,
    code === undefined ? '' : `    ${code}`,
    facts.map(({ term, value }) => `${term}: ${value}`).join('\n'),
    ...closing,
    link === undefined ? '' : linked(link),
    ...(aside === undefined ? [] : [`${aside.title}\n${aside.text}`, linked(aside.link)]),
    `${name}\n${origin}`,
    `--\n${standing[0] ?? ''}`,
    ...standing.slice(1),
    ...(unsubscribe === undefined ? [] : [linked(unsubscribe)]),
  ]
    .filter((part) => part !== undefined && part !== '')
    .join('\n\n');
}

const INK = '#1b1b1b';
const QUIET = '#55504a';
const SHEET = 'max-width:560px;width:100%;margin:0 auto';
const SPACE = 'margin:0 0 16px';

/** Many mail programs know neither style sheets nor grids, so each element carries its style, and tables the frame. */
function LetterDocument({ letter, frame }: { readonly letter: Letter; readonly frame: Frame }) {
  const {
    title,
    greeting,
    paragraphs,
    facts = [],
    closing = [],
    code,
    link,
    aside,
    unsubscribe,
    subject,
  } = letter;
  const { words, name, colours, standing } = frame;
  return (
    <html lang={words.language} dir={words.direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light" />
        <meta name="format-detection" content="telephone=no, date=no, address=no" />
        <title>{subject}</title>
      </head>
      <body
        style={`margin:0;padding:0;background:#f6f3ee;color:${INK};font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:17px;line-height:1.5`}
      >
        <Band background={colours.band}>
          <p style={`margin:0;padding:18px 24px;font-size:18px;font-weight:700;color:${colours.onBand}`}>
            {name}
          </p>
        </Band>
        <Band background="#ffffff">
          <div style="padding:32px 24px 16px">
            {title === undefined ? null : (
              <h1 style="margin:0 0 16px;font-size:26px;line-height:1.25;font-weight:700">{title}</h1>
            )}
            {greeting === undefined ? null : <p style={SPACE}>{greeting}</p>}
            {paragraphs.map((paragraph) => (
              <p key={paragraph} style={SPACE}>
                {paragraph}
              </p>
            ))}
            {code === undefined ? null : (
              <p style="margin:8px 0 24px;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:32px;font-weight:700;letter-spacing:6px">
                {code}
              </p>
            )}
            {facts.length === 0 ? null : (
              <div style="margin:0 0 16px;padding:16px 20px 4px;background:#f6f3ee;border-radius:8px">
                {facts.map(({ term, value }) => (
                  <p key={term} style="margin:0 0 12px">
                    <span style={`color:${QUIET};font-size:15px`}>{term}</span>
                    <br />
                    <strong>{value}</strong>
                  </p>
                ))}
              </div>
            )}
            {closing.map((paragraph) => (
              <p key={paragraph} style={SPACE}>
                {paragraph}
              </p>
            ))}
            {link === undefined ? null : (
              <p style="margin:24px 0 16px">
                <a
                  href={link.href}
                  style={`display:inline-block;padding:14px 24px;border-radius:8px;background:${colours.band};color:${colours.onBand};font-weight:700;text-decoration:none`}
                >
                  {link.text}
                </a>
              </p>
            )}
            {aside === undefined ? null : (
              <div
                style={`margin:24px 0 16px;padding:4px 16px;border-${words.direction === 'rtl' ? 'right' : 'left'}:4px solid ${ALARM}`}
              >
                <h2 style="margin:0 0 8px;font-size:18px;line-height:1.3;font-weight:700">{aside.title}</h2>
                <p style="margin:0 0 12px">{aside.text}</p>
                <p style="margin:0">
                  <a href={aside.link.href} style={`color:${ALARM};font-weight:700`}>
                    {aside.link.text}
                  </a>
                </p>
              </div>
            )}
          </div>
        </Band>
        <Band background="#f6f3ee">
          <div style={`padding:20px 24px 32px;font-size:15px;color:${QUIET}`}>
            {standing.map((sentence) => (
              <p key={sentence} style="margin:0 0 8px">
                {sentence}
              </p>
            ))}
            {unsubscribe === undefined ? null : (
              <p style="margin:0 0 8px">
                <a href={unsubscribe.href} style={`color:${QUIET}`}>
                  {unsubscribe.text}
                </a>
              </p>
            )}
          </div>
        </Band>
      </body>
    </html>
  );
}

const ALARM = '#9c1010';

/** A stripe across the window, with its content in one column. */
function Band({
  background,
  children,
}: {
  readonly background: string;
  readonly children: ComponentChildren;
}) {
  return (
    <table
      role="presentation"
      width="100%"
      cellPadding="0"
      cellSpacing="0"
      style={`background:${background}`}
    >
      <tr>
        <td align="center">
          <div style={`${SHEET};text-align:start`}>{children}</div>
        </td>
      </tr>
    </table>
  );
}
