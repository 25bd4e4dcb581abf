import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
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

describe('the demonstration of an agency without invented people', () => {
  it('starts, says how to make an account, and shows no cases of anybody', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'portico-no-people-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    cpSync(app.config.agencyFolder, folder, { recursive: true });
    rmSync(join(folder, 'demo'), { recursive: true });
    const empty = await testApp({
      environment: { PORTICO_AGENCY: folder, PORTICO_DEMO: 'true' },
      people: true,
    });
    const { body } = await empty.visit().get('/sign-in');
    expect(body).toContain('This agency has no invented people. Create an account');
    expect(body).not.toContain('/demo/notices');
    const newcomer = empty.visit();
    await newcomer.post('/sign-up', { email }, '/sign-up');
    expect(await empty.mailTo(email)).toHaveLength(1);
    expect((await newcomer.get('/demo/mailbox')).body).toContain(email);
    expect((await newcomer.get('/demo/authenticator')).statusCode).toBe(200);
    expect((await newcomer.get('/demo/agency')).statusCode).toBe(404);
    const { rows } = await sql`select from case_record`.execute(empty.database);
    expect(rows).toEqual([]);
  });
});
