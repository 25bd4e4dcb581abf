import type { Block, Fact, PaperContent, Run, Verification } from '../../platform/pdf/index.ts';
import { QrCode, UNTRANSLATED, Verbatim } from '../../platform/ui/index.ts';

/**
 * A paper of the agency as a sheet on a page: all that its file says, in the same order and in the language of the paper.
 * Its title is a second-level heading. A page that has one prints as a letter, with its alerts and nothing else.
 */
export function Letter({ content }: { readonly content: PaperContent }) {
  const { language, direction, sender, recipient, facts, title, blocks, footer } = content;
  return (
    <article class="portico-letter" lang={language} dir={direction} aria-labelledby="letter-title">
      <div class="portico-letter__head">
        <p class="portico-letter__sender">{sender}</p>
        <p class="portico-letter__recipient">
          <Lines lines={recipient} />
        </p>
        <Facts facts={facts} name="portico-letter__facts" />
      </div>
      <h2 id="letter-title">{title}</h2>
      {blocks.map((block, at) => (
        <BlockView key={at} block={block} />
      ))}
      <div class="portico-letter__foot" {...UNTRANSLATED}>
        {footer.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
    </article>
  );
}

function BlockView({ block }: { readonly block: Block }) {
  switch (block.is) {
    case 'heading':
      return <h3>{block.text}</h3>;
    case 'paragraph':
      return (
        <p>
          <Runs runs={block.runs} />
        </p>
      );
    case 'callout':
      return (
        <div class="portico-letter__callout">
          <h3>{block.title}</h3>
          <p>
            <Runs runs={block.runs} />
          </p>
        </div>
      );
    case 'list': {
      const List = block.ordered ? 'ol' : 'ul';
      return (
        <List class="portico-list">
          {block.items.map((item, at) => (
            <li key={at}>
              <Runs runs={item} />
            </li>
          ))}
        </List>
      );
    }
    case 'facts':
      return <Facts facts={block.facts} name="portico-letter__facts" />;
    case 'address':
      return (
        <div class="portico-letter__address">
          <p>{block.label}</p>
          <p>
            <Lines lines={block.lines} />
          </p>
        </div>
      );
    case 'verification':
      return <VerificationView block={block} />;
  }
}

function VerificationView({ block }: { readonly block: Verification }) {
  return (
    <section class="portico-letter__verify" aria-labelledby="letter-verify">
      <QrCode text={block.url} title={block.alternative} />
      <div>
        <h3 id="letter-verify">{block.title}</h3>
        <p>{block.text}</p>
        <p>
          <a href={block.url}>
            <Verbatim>{block.typed}</Verbatim>
          </a>
        </p>
        <Facts facts={block.facts} name="portico-letter__facts" />
      </div>
    </section>
  );
}

function Facts({ facts, name }: { readonly facts: readonly Fact[]; readonly name: string }) {
  return (
    <dl class={name}>
      {facts.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <Runs runs={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Lines({ lines }: { readonly lines: readonly Run[] }) {
  return (
    <>
      {lines.map((run, at) => (
        <span class="portico-letter__line" key={at}>
          <RunView run={run} />
        </span>
      ))}
    </>
  );
}

function Runs({ runs }: { readonly runs: readonly Run[] }) {
  return (
    <>
      {runs.map((run, at) => (
        <RunView key={at} run={run} />
      ))}
    </>
  );
}

function RunView({ run: { text, strong, direction, language } }: { readonly run: Run }) {
  const plain =
    direction === undefined && language === undefined ? (
      text
    ) : (
      <bdi
        {...(direction === undefined
          ? {}
          : { ...(language === undefined ? UNTRANSLATED : {}), dir: direction })}
        {...(language === undefined ? {} : { lang: language })}
      >
        {text}
      </bdi>
    );
  return strong === true ? <strong>{plain}</strong> : plain;
}
