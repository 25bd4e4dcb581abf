import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { testPage } from '../../testing/page.ts';
import {
  Checkbox,
  CodeField,
  DateOfBirth,
  ErrorSummary,
  Field,
  Form,
  Layout,
  PasswordField,
  Radios,
  renderPage,
  Select,
  TextArea,
} from './index.ts';

const page = testPage();
const HOSTILE = `"><script>alert('x')</script>`;

const described = { hint: 'A hint', error: 'An error' };

test.each([
  ['a field', <Field key="f" name="it" label="Label" {...described} />],
  [
    'a password',
    <PasswordField key="p" page={page} name="it" label="Label" autocomplete="new-password" {...described} />,
  ],
  ['a code', <CodeField key="c" name="it" label="Label" {...described} />],
  ['a choice', <Select key="s" name="it" label="Label" options={[]} {...described} />],
  ['a checkbox', <Checkbox key="b" name="it" label="Label" {...described} />],
])('%s has a label and points at its hint and its error', (_, view) => {
  const html = renderToString(view);
  expect(html).toMatch(/<label class="[^"]+" for="it">\s*Label/);
  expect(html).toMatch(
    /<(input|select)[^>]* id="it"[^>]* aria-describedby="it-hint it-error" aria-invalid="true"/,
  );
  expect(html).toContain('id="it-hint">A hint<');
  expect(html).toContain('id="it-error">An error<');
});

test('a field without fault says nothing of one', () => {
  const html = renderToString(<Field name="it" label="Label" />);
  expect(html).not.toMatch(/aria-describedby|aria-invalid|error/);
});

test.each([
  [
    'radios',
    <Radios key="r" name="it" label="Label" options={[{ value: 'a', label: 'A' }]} {...described} />,
  ],
  ['a birth date', <DateOfBirth key="d" page={page} name="it" label="Label" {...described} />],
])('%s are a group with a legend that points at its hint and its error', (_, view) => {
  const html = renderToString(view);
  expect(html).toContain('aria-describedby="it-hint it-error"><legend class="usa-legend">Label</legend>');
});

test('a birth date marks only its wrong parts and keeps what was typed', () => {
  const html = renderToString(
    <DateOfBirth
      page={page}
      name="birth"
      label="Born"
      value={{ day: '31', month: '2' }}
      error="Wrong"
      wrong={['day']}
    />,
  );
  expect(html.match(/aria-invalid/g)).toHaveLength(1);
  expect(html).toMatch(/id="birth-day"[^>]*value="31" aria-invalid="true"/);
  expect(html).toContain('<option value="2" selected>February</option>');
  for (const part of ['day', 'month', 'year']) expect(html).toContain(`autocomplete="bday-${part}"`);
});

test('the summary links to each field, and is not there without errors', () => {
  const html = renderToString(
    <ErrorSummary page={page} errors={[{ field: 'birth-day', text: 'Enter a day' }]} />,
  );
  expect(html).toContain('<a href="#birth-day">Enter a day</a>');
  expect(html).toContain('role="alert" tabindex="-1"');
  expect(renderToString(<ErrorSummary page={page} errors={[]} />)).toBe('');
});

test('the first of the radios has the id to which the summary links', () => {
  const options = ['a', 'b'].map((value) => ({ value, label: value }));
  const html = renderToString(<Radios name="it" label="Label" options={options} value="b" />);
  expect(html).toContain('id="it" name="it" type="radio" value="a"/>');
  expect(html).toContain('id="it-2" name="it" type="radio" value="b" checked/>');
});

test('a form posts with the token of its page, unvalidated, and says which page it is on and whose it is', () => {
  expect(renderToString(<Form page={page}>x</Form>)).toMatch(
    /^<form class="portico-form" method="post" novalidate><input type="hidden" name="_csrf" value="csrf-of-the-page"\/><input type="hidden" name="_page" value="\/somewhere"\/>x/,
  );
  const owned = testPage('en', { formOwner: 'whose-it-is' });
  expect(renderToString(<Form page={owned}>x</Form>)).toContain('name="_owner" value="whose-it-is"');
});

/** A page with a form for a code alone, and one with a field of each kind. */
const withForms = (on = page) =>
  renderPage(
    <Layout page={on} title="T">
      <Form page={on} action="/code">
        <CodeField name="code" label="Code" />
      </Form>
      <Form page={on} action="/main">
        <Field name="text" label="Text" value="own" />
        <TextArea name="lines" label="Lines" value="own" />
        <Select name="choice" label="Choice" options={[{ value: 'a', label: 'A' }]} />
        <Radios name="radio" label="Radio" options={[{ value: 'a', label: 'A' }]} />
        <Checkbox name="tick" label="Tick" />
        <Checkbox name="ticked" label="Ticked" checked />
        <DateOfBirth page={on} name="born" label="Born" />
        <CodeField name="code2" label="Code" />
        <PasswordField page={on} name="secret" label="Secret" autocomplete="current-password" />
      </Form>
      <Form page={on} action="/other">
        <Field name="text" label="Text" value="own" />
      </Form>
    </Layout>,
  );

test('the form that a page is about is kept, and goes along when another language is chosen', () => {
  const html = withForms();
  expect(html.match(/<form[^>]* data-keep[^>]*>/g)).toEqual([
    '<form class="portico-form" method="post" novalidate action="/main" id="form-2" data-keep>',
  ]);
  expect(html).toMatch(/<button type="submit" form="form-2" formnovalidate name="_language" value="es"/);
  // What Enter presses in a field stands before them.
  expect(html.indexOf('form="form-2" tabindex="-1"')).toBeLessThan(html.indexOf('name="_language"'));
  expect(html).not.toContain('lang=es');
});

test.each(['/main', null])('what was typed stands in its form again, and in no other: %j', (action) => {
  const typed = {
    ...{ text: HOSTILE, lines: 'two\nlines', choice: 'a', radio: 'a', tick: 'yes' },
    ...{
      'born-day': '7',
      'born-month': '3',
      'born-year': '1990',
      code: 'C0DE',
      code2: 'C0DE',
      secret: 'S3CRET',
    },
  };
  const html = withForms(
    testPage('en', { refill: { why: { is: 'stale' }, action, typed, hadSecrets: true, hadFiles: false } }),
  );
  expect(html).toContain('value="&quot;>&lt;script>');
  expect(html).toContain('>two\nlines</textarea>');
  expect(html).toMatch(/<option value="a" selected/);
  expect(html).toMatch(/name="radio" type="radio" value="a" checked/);
  expect(html).toMatch(/name="tick" type="checkbox" value="yes" checked/);
  expect(html).toMatch(/name="ticked" type="checkbox" value="yes"\/>/);
  for (const [part, value] of [
    ['day', '7'],
    ['year', '1990'],
  ])
    expect(html).toMatch(new RegExp(`name="born-${part}"[^>]* value="${value}"`));
  expect(html).toMatch(/<option value="3" selected/);
  expect(html.match(/value="own"/g)).toHaveLength(1);
  expect(html).not.toMatch(/C0DE|S3CRET|<script>alert/);
  expect(html).toMatch(/<title>Error: /);
  expect(html).toContain('Nothing was sent yet');
  expect(html).toContain('Passwords and codes are never kept');
});

test('neither a password nor a code is ever written back (ASVS 6.2.6, 6.2.7)', () => {
  const password = renderToString(
    <PasswordField page={page} name="p" label="P" autocomplete="current-password" />,
  );
  const code = renderToString(<CodeField name="c" label="C" />);
  expect(password + code).not.toContain('value=');
  expect(password).toContain('type="password" autocomplete="current-password"');
  expect(code).toContain('inputmode="numeric" autocomplete="one-time-code"');
});

test('lets no text become markup (ASVS 1.1.2, 1.2.1)', () => {
  const html = renderToString(
    <Form page={page}>
      <Field name="a" label={HOSTILE} hint={HOSTILE} error={HOSTILE} value={HOSTILE} />
      <Select name="b" label={HOSTILE} options={[{ value: HOSTILE, label: HOSTILE }]} />
      <Radios name="c" label={HOSTILE} options={[{ value: HOSTILE, label: HOSTILE, hint: HOSTILE }]} />
    </Form>,
  );
  expect(html).not.toContain('<script>');
  expect(html).not.toMatch(/="[^"]*"><script/);
});
