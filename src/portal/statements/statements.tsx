import {
  type Agency,
  inLanguage,
  loadStatements,
  STATEMENT_NAMES,
  type Statement,
  type StatementName,
} from '../../platform/agency/index.ts';
import type { PageScope } from '../../platform/http/index.ts';
import { Layout, type Page, statementPath, statementTitle } from '../../platform/ui/index.ts';

/** What the agency says of privacy, terms of use and accessibility: its text, or the way to its own site. */
export function statementRoutes(app: PageScope, { agency }: { readonly agency: Agency }): void {
  const texts = loadStatements(agency);
  for (const name of STATEMENT_NAMES) {
    const elsewhere = agency.statements[name];
    const statement = texts[name];
    app.get(statementPath(name), { config: { access: 'anyone' } }, async (request, reply) => {
      const page = request.page(reply);
      if (elsewhere !== 'text') return reply.redirect(inLanguage(elsewhere, page.words.language), 302);
      return statement === undefined
        ? reply.callNotFound()
        : reply.page(<StatementPage page={page} name={name} statement={statement} />);
    });
  }
}

function StatementPage({
  page,
  name,
  statement,
}: {
  readonly page: Page;
  readonly name: StatementName;
  readonly statement: Statement;
}) {
  const { t, calendarDate } = page.words;
  return (
    <Layout page={page} title={t(statementTitle(name))}>
      <h1>{t(statementTitle(name))}</h1>
      {statement.blocks.map((block, at) => (
        <Block key={at} page={page} block={block} />
      ))}
      <p>{t('statements.changed', { date: calendarDate(statement.changedOn) })}</p>
    </Layout>
  );
}

function Block({ page, block }: { readonly page: Page; readonly block: Statement['blocks'][number] }) {
  const { language } = page.words;
  switch (block.is) {
    case 'heading':
      return <h2>{inLanguage(block.words, language)}</h2>;
    case 'paragraph':
      return <p>{inLanguage(block.words, language)}</p>;
    case 'list':
      return (
        <ul>
          {block.items.map((item) => (
            <li key={inLanguage(item, language)}>{inLanguage(item, language)}</li>
          ))}
        </ul>
      );
    case 'link':
      return (
        <p>
          <a href={inLanguage(block.address, language)}>{inLanguage(block.words, language)}</a>
        </p>
      );
  }
}
