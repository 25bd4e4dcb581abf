import { HtmlValidate } from 'html-validate';
import type { VNode } from 'preact';
import { expect, test } from 'vitest';
import { signedInVisitor, testPage } from '../../testing/page.ts';
import * as ui from './index.ts';

const validator = new HtmlValidate({ root: true, extends: ['html-validate:standard', 'html-validate:a11y'] });

/** One page with every component in every state that changes its markup. */
function gallery(page: ui.Page): VNode {
  const described = { hint: 'A hint', error: 'An error' };
  const options = ['a', 'b'].map((value) => ({ value, label: value, hint: 'A hint' }));
  return (
    <ui.Layout page={page} title="Gallery" error width="wide">
      <ui.ErrorSummary page={page} errors={[{ field: 'field', text: 'An error' }]} />
      <h1>Gallery</h1>
      <ui.Lead>Everything at once.</ui.Lead>
      <ui.AboutLink href="/change" text="Change" about="the name" />
      <p>
        <ui.ContactLinks page={page} /> <ui.Verbatim class="portico-verify-code">A-1</ui.Verbatim>
      </p>
      <ui.NextStep eyebrow="Next" title="Do this" action={{ href: '/do', text: 'Do it' }}>
        <p>Now.</p>
      </ui.NextStep>
      <ui.Form page={page} action="/post">
        <ui.Field
          name="field"
          label="Field"
          type="email"
          value="a@b.example"
          autocomplete="email"
          {...described}
        />
        <ui.Field name="plain" label="Plain" maxlength={20} inputmode="numeric" width="short" />
        <ui.PasswordField
          page={page}
          name="new"
          label="New"
          autocomplete="new-password"
          checkUrl="/check"
          {...described}
        />
        <ui.PasswordField page={page} name="old" label="Old" autocomplete="current-password" />
        <ui.PasskeyButton
          page={page}
          ceremony="get"
          options={{ challenge: '"<&' }}
          error="An error"
          without="Not here"
        >
          Use a passkey
        </ui.PasskeyButton>
        <ui.Checkboxes
          name="some"
          label="Some"
          options={[
            { name: 'some-one', label: 'One', checked: true },
            { name: 'some-two', label: 'Two', checked: false },
          ]}
          {...described}
        />
        <ui.CodeField name="code" label="Code" {...described} />
        <ui.CodeField name="backup" label="Backup code" kind="text" />
        <ui.Field name="day" label="Day" type="date" value="2026-11-30" width="short" />
        <ui.TextArea name="text" label="Text" value={'one\n<two>'} language="es" {...described} />
        <ui.TextArea name="words" label="Words" rows={2} />
        <ui.FileField name="files" label="Files" accept={['image/png']} {...described} />
        <ui.Select
          name="grouped"
          label="Grouped"
          options={[{ label: 'Group', options: [{ value: 'x', label: 'X' }] }]}
          value="x"
        />
        <ui.Select
          name="select"
          label="Select"
          options={options}
          value="b"
          placeholder="Choose"
          {...described}
        />
        <ui.DateOfBirth
          page={page}
          name="birth"
          label="Born"
          value={{ year: '1990' }}
          wrong={['day']}
          {...described}
        />
        <ui.Radios name="radios" label="Radios" options={options} value="a" {...described} />
        <ui.Checkbox name="checkbox" label="Checkbox" checked {...described} />
        <ui.GroupSet name="several" label="Several" {...described}>
          <ui.Checkbox name="several-1" label="One" />
        </ui.GroupSet>
        <ui.ProofOfWork
          page={page}
          question={{ challenge: '{}', work: 9, ticket: 'ticket', waitSeconds: 30 }}
        >
          <a href="/else">Another way</a>
        </ui.ProofOfWork>
        <ui.Buttons>
          <ui.Button>Go</ui.Button>
          <ui.Button kind="danger" name="what" value="end">
            End
          </ui.Button>
          <ui.ButtonLink href="/else" kind="quiet">
            Else
          </ui.ButtonLink>
        </ui.Buttons>
      </ui.Form>
      <h2>Messages</h2>
      {(['info', 'success', 'warning', 'error'] as const).map((kind) => (
        <ui.Alert key={kind} page={page} kind={kind} level={3} title={`Of kind ${kind}`}>
          <p>Text.</p>
        </ui.Alert>
      ))}
      <ui.Alert page={page} kind="info">
        <p>Without a title.</p>
      </ui.Alert>
      <ui.EmptyState title="Nothing yet" level={3}>
        <p>It will come.</p>
      </ui.EmptyState>
      <h2>A case</h2>
      <ui.Tag kind="attention">Waiting</ui.Tag>
      <ui.Track
        page={page}
        label="Progress"
        steps={[
          { title: 'Received', state: 'done', when: 'In March' },
          { title: 'Checked', state: 'current' },
          { title: 'Decided', state: 'upcoming' },
          { title: 'Ended', state: 'stopped' },
        ]}
      />
      <ui.Timeline
        events={[
          { id: '1', date: '2 May 2026', dateTime: '2026-05-02', title: 'Something', children: <p>Text.</p> },
          { id: '2', date: '1 May 2026', dateTime: '2026-05-01T10:00:00Z', title: 'Something else' },
        ]}
      />
      <ui.SummaryList
        rows={[
          { term: 'Name', value: 'Ana', action: { href: '/name', text: 'Change', about: 'name' } },
          { term: 'Number', value: '1' },
        ]}
      />
      <ui.Table
        caption="Payments"
        columns={['What', 'When']}
        rows={[{ id: '1', cells: ['Fee', 'In May'] }]}
      />
      <ui.Card>
        <p>In a card.</p>
      </ui.Card>
      <h2>Codes</h2>
      <ui.CodeList id="codes" label="Codes" codes={['ABCD-EFGH', 'IJKL-MNOP']} />
      <ui.Buttons>
        <ui.CopyButton page={page} from="codes" />
        <ui.PrintButton page={page} />
      </ui.Buttons>
      <ui.QrCode text="otpauth://totp/x?secret=ABCDEFGH" title="QR code" />
      <p>
        <ui.SecretKey id="key" value="ABCDEFGHIJKL" />
      </p>
    </ui.Layout>
  );
}

const errorPage = (page: ui.Page) => (
  <ui.ErrorPage page={page} status={503} title="Away" text="Soon back." advice={['Wait.']} />
);

const navigation = [{ href: '/somewhere', word: 'ui.day' }] as const;

test.each([
  ['for a stranger', gallery(testPage('en'))],
  ['for a person', gallery(testPage('es', { visitor: signedInVisitor('Ana'), navigation }))],
  ['of an error', errorPage(testPage())],
])('the page %s is valid HTML', async (_, view) => {
  const report = await validator.validateString(ui.renderPage(view));
  expect(
    report.results.flatMap(({ messages }) =>
      messages.map(({ line, column, message }) => `${line}:${column} ${message}`),
    ),
  ).toEqual([]);
});

test('the gallery has every component there is', () => {
  const drawn = new Set<unknown>();
  const collect = (node: unknown): void => {
    if (Array.isArray(node)) for (const each of node) collect(each);
    else if (typeof node === 'object' && node !== null && 'type' in node && 'props' in node) {
      drawn.add(node.type);
      const { props } = node;
      if (typeof props === 'object' && props !== null && 'children' in props) collect(props.children);
    }
  };
  collect([gallery(testPage()), errorPage(testPage())]);
  const missing = Object.entries(ui).filter(([name, value]) => /^[A-Z][a-z]/.test(name) && !drawn.has(value));
  expect(missing.map(([name]) => name)).toEqual([]);
});

test('every id is there once, and whatever is pointed at is there', () => {
  const html = ui.renderPage(gallery(testPage('en', { visitor: signedInVisitor('Ana') })));
  const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
  expect(ids).toEqual([...new Set(ids)]);
  const pointers = [...html.matchAll(/\s(?:for|from|aria-describedby|aria-labelledby)="([^"]+)"/g)].flatMap(
    ([, list]) => list?.split(' '),
  );
  expect(pointers.filter((id) => !ids.includes(id))).toEqual([]);
});
