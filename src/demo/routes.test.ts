import { describe, expect, it } from 'vitest';
import { testApp } from '../testing/app.ts';

const app = await testApp();
const email = 'newcomer@example.org';
const visit = app.visit();
await visit.post('/sign-up', { email }, '/sign-up');

describe('the demonstration’s mailbox', () => {
  it('shows an email as mail programs do, which runs nothing and loads nothing', async () => {
    await app.mailTo(email);
    const { body } = await visit.get('/demo/mailbox');
    const path = /\/demo\/mailbox\/[0-9a-f-]{36}/.exec(body)?.[0] ?? '';
    const mail = await visit.get(path);
    expect(mail.statusCode).toBe(200);
    expect(mail.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(mail.headers['content-security-policy']).toMatch(/^default-src 'none';.*;sandbox /);
    expect(mail.body).toMatch(/^<!doctype html>/);
    expect(mail.body).toContain('style=');
    expect(mail.body).not.toMatch(/<script|src=/);
  });

  it('has no others', async () => {
    for (const id of ['00000000-0000-7000-8000-000000000000', 'x', '%00', "'--"])
      expect((await visit.get(`/demo/mailbox/${id}`)).statusCode).toBe(404);
  });
});
