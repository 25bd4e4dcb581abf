import { expect, it } from 'vitest';
import { readSender } from './sender.ts';

it.each([
  ['no-reply@agency.example', '', 'no-reply@agency.example'],
  ['Agency <no-reply@agency.example>', 'Agency', 'no-reply@agency.example'],
  ['<no-reply@agency.example>', '', 'no-reply@agency.example'],
  ['Agency, Ministry of Arrivals <a@b.example>', 'Agency, Ministry of Arrivals', 'a@b.example'],
  ['Agency [Portal]: (new) <a@b.example>', 'Agency [Portal]: (new)', 'a@b.example'],
  ['"Agency, \\"M\\"" <a@b.example>', 'Agency, "M"', 'a@b.example'],
  ['Agencia de Migración <a@bücher.example>', 'Agencia de Migración', 'a@bücher.example'],
])('who sends mail is read from %s', (text, name, address) => {
  expect(readSender(text)).toEqual({ name, address });
});

it.each([
  'Agency',
  'a@b@c.example',
  'Agency a@b.example',
  'Agency <a@b.example>, Other <c@d.example>',
  'a@b.example, c@d.example',
  'Agency: a@b.example;',
  'A\r\nBcc: x <a@b.example>',
  'Agency <>',
  'Agency <no reply@b.example>',
])('what is no name and address is refused: %s', (text) => {
  expect(readSender(text)).toBeNull();
});
