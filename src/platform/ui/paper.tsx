import type { ComponentChildren } from 'preact';
import type { Block, Fact, PaperContent, Run } from '../pdf/index.ts';
import { QrCode } from './qr-code.tsx';
import { SummaryList } from './summary-list.tsx';

export type PaperProps = { readonly content: PaperContent };

/**
 * A paper of the agency as part of a page: the same words as its PDF, in the language of the paper. Its title is left to
 * the page, as its heading.
 */
export function Paper({ content }: PaperProps) {
  const { language, direction, sender, recipient, facts, blocks } = content;
  return (
    <article class="portico-notice" lang={language} dir={direction}>
      <p class="portico-notice__sender">{sender}</p>
      <Lines lines={recipient} />
      <Facts facts={facts} />
      {blocks.map((block) => (
        <PaperBlock key={block} block={block} />
      ))}
    </article>
  );
}

function PaperBlock({ block }: { readonly block: Block }) {
  switch (block.is) {
    case 'heading':
      return <h2>{block.text}</h2>;
    case 'paragraph':
      return <p>{runs(block.runs)}</p>;
    case 'callout':
      return (
        <div class="portico-notice__callout">
          <p>
            <strong>{block.title}</strong>
          </p>
          <p>{runs(block.runs)}</p>
        </div>
      );
    case 'list': {
      const List = block.ordered ? 'ol' : 'ul';
      return (
        <List class="portico-list">
          {block.items.map((item) => (
            <li key={item}>{runs(item)}</li>
          ))}
        </List>
      );
    }
    case 'facts':
      return <Facts facts={block.facts} />;
    case 'address':
      return (
        <div>
          <p class="portico-quiet">{block.label}</p>
          <Lines lines={block.lines} />
        </div>
      );
    case 'verification':
      return (
        <section class="portico-notice__check">
          <h2>{block.title}</h2>
          <p>{block.text}</p>
          <QrCode text={block.url} title={block.alternative} id="paper-check" />
          <p>
            <a href={block.url} dir="ltr">
              {block.typed}
            </a>
          </p>
          <Facts facts={block.facts} />
        </section>
      );
  }
}

function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return <SummaryList rows={facts.map(({ label, value }) => ({ term: label, value: runs(value) }))} />;
}

/** Each on its own, so that who hears them hears where one ends. */
function Lines({ lines }: { readonly lines: readonly Run[] }) {
  return (
    <div class="portico-notice__lines">
      {lines.map((line) => (
        <p key={line}>{runs([line])}</p>
      ))}
    </div>
  );
}

function runs(all: readonly Run[]): ComponentChildren {
  return all.map(({ text, strong, direction, language }) => {
    const apart =
      direction === undefined && language === undefined ? (
        text
      ) : (
        <bdi
          {...(direction === undefined ? {} : { dir: direction })}
          {...(language === undefined ? {} : { lang: language })}
        >
          {text}
        </bdi>
      );
    return strong === true ? <strong>{apart}</strong> : apart;
  });
}
