import { describe, expect, it } from 'vitest';
import { addressSaying } from '../../../platform/http/index.ts';
import { testApp } from '../../../testing/app.ts';
import { signIn, signUp } from '../../../testing/people.ts';

const app = await testApp();
const { clock, connection } = app;
const DAY = 24 * 3600;

/** Does one kind of work that pages asked for. */
async function work(task: 'prepare-data-export' | 'clean-up'): Promise<void> {
  const worker = await app.app.startWorker();
  try {
    if (task === 'clean-up') await connection.pool.query(`select graphile_worker.add_job('clean-up')`);
    await expect
      .poll(
        async () =>
          (
            await connection.pool.query(
              `select 1 from graphile_worker._private_jobs j
               join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = $1`,
              [task],
            )
          ).rowCount,
      )
      .toBe(0);
  } finally {
    await worker.stop();
  }
}

describe('the account page', () => {
  it('shows what is set and changes it, with what is wrong in words and what was typed kept', async () => {
    const { visit, email } = await signUp(app);
    const overview = await visit.get('/account');
    for (const text of [
      'Name on your papers',
      'None. You sign in with your email',
      'English',
      '/account/close',
    ])
      expect(overview.body).toContain(text);
    expect(overview.body).not.toContain(email);
    const wrong = await visit.post('/account/username', { username: 'a b' }, '/account/username');
    expect([wrong.statusCode, wrong.body.includes('value="a b"')]).toEqual([422, true]);
    for (const username of ['ab', '-..-', '.ab', 'ab_', 'x'.repeat(41), 'a@b.example', '..\u202e..'])
      expect((await visit.post('/account/username', { username })).statusCode).toBe(422);
    const set = await visit.post('/account/username', { username: 'Quill.88' });
    expect(set.headers.location).toBe('/account?done=username');
    expect((await visit.follow(set)).body).toContain('Quill.88');
    const removed = await visit.post(
      '/account/username',
      { none: 'yes', username: 'Quill.88' },
      '/account/username',
    );
    expect((await visit.follow(removed)).body).toContain('None. You sign in with your email');
    const named = await visit.post('/account/name', { name: ' Zdzisia <b> ' }, '/account/name');
    expect((await visit.follow(named)).body).toContain('portico-account__name">Zdzisia &lt;b></bdi>');
    const long = await visit.post('/account/name', { name: 'x'.repeat(101) }, '/account/name');
    expect(long.statusCode).toBe(422);
  });

  it('says of a name that somebody has no more than that it cannot be used', async () => {
    const [mine, theirs] = [await signUp(app), await signUp(app)];
    await theirs.visit.post('/account/username', { username: 'theirs' }, '/account/username');
    const taken = await mine.visit.post('/account/username', { username: 'THEIRS' }, '/account/username');
    expect([taken.statusCode, taken.body.includes('This username cannot be used')]).toEqual([422, true]);
  });

  it('asks for a second step before the username, the name and the language (ASVS 7.5.1)', async () => {
    const { visit } = await signUp(app);
    await visit.post('/account/language', { language: 'xx' }, '/account');
    clock.advance(600);
    for (const [part, form] of [
      ['username', { username: 'later.on' }],
      ['name', { name: 'Z' }],
      ['language', { language: 'es' }],
    ] as const) {
      const asked = await visit.post(`/account/${part}`, form, '/account');
      expect(asked.headers.location).toBe(`/account/confirm?return=%2Faccount%2F${part}`);
    }
  });

  it('says in the language that was chosen that it was', async () => {
    const { visit } = await signUp(app);
    await visit.get('/account');
    const spanish = await visit.post('/account/language', { language: 'es' });
    expect((await visit.follow(spanish)).body).toContain('Guardamos su idioma');
  });
});

describe('a copy of the data', () => {
  it('is asked for, prepared by a worker, and downloaded by nobody else', async () => {
    const [mine, theirs] = [await signUp(app), await signUp(app)];
    const { visit } = mine;
    await visit.post('/account/data', {}, '/account/data');
    expect((await visit.get('/account/data')).body).toContain('We are preparing your copy');
    expect((await visit.get('/account/data/download')).headers.location).toBe('/account/data');
    await work('prepare-data-export');
    expect((await visit.get('/account/data')).body).toContain('Your copy is ready');
    const file = await visit.get('/account/data/download');
    expect(file.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="my-data.json"',
      'cache-control': 'no-store',
    });
    expect(JSON.parse(file.body)).toMatchObject({ person: { fullName: mine.fullName }, cases: [] });
    expect((await theirs.visit.get('/account/data/download')).headers.location).toBe('/account/data');
    clock.advance(600);
    expect((await visit.get('/account/data/download')).headers.location).toBe(
      '/account/confirm?return=%2Faccount%2Fdata',
    );
  });
});

describe('closing the account', () => {
  it('signs out, lets the person change their mind when they sign in, and nothing else', async () => {
    const person = await signUp(app);
    const begun = await person.visit.post('/account/close', {}, '/account/close');
    const on = new Date(clock.now().getTime() + 30 * DAY * 1000);
    const address = String(begun.headers.location);
    expect(address).toContain(`/account/closed?${new URLSearchParams({ on: on.toISOString() })}&signed=`);
    const closed = (await person.visit.follow(begun)).body;
    expect(closed).toContain('Your account will be closed');
    expect(closed).toContain('We erase your account on December 22, 2026');
    const madeUp = new URLSearchParams({ on: new Date(on.getTime() - DAY * 1000).toISOString() });
    const past = addressSaying(app.vault, '/account/closed', { on: clock.now().toISOString() });
    for (const plain of [
      '',
      '?on=soon',
      `?${madeUp}`,
      address.slice(address.indexOf('?')).replace('-22', '-21'),
      past.slice(past.indexOf('?')),
    ])
      expect((await app.visit().get(`/account/closed${plain}`)).body).toContain(
        'We erase your account after 30 days',
      );
    expect((await person.visit.get('/home')).headers.location).toBe('/sign-in?return=%2Fhome');
    const { visit } = await signIn(app, person);
    for (const page of ['/home', '/cases', '/account', '/account/security', '/account/data'])
      expect((await visit.get(page)).headers.location).toBe('/account/closing');
    expect((await visit.post('/account/name', { name: 'x' }, '/account/closing')).headers.location).toBe(
      '/account/closing',
    );
    expect((await visit.get('/account/closing')).body).toContain('December 22, 2026');
    const kept = await visit.post('/account/closing/cancel', {}, '/account/closing');
    expect((await visit.follow(kept)).statusCode).toBe(200);
    expect((await visit.get('/account/closing')).headers.location).toBe('/account');
  });

  it('is done by a worker after thirty days, of which every address hears a week before and at the end', async () => {
    const person = await signUp(app);
    await person.visit.post('/account/close', {}, '/account/close');
    const newest = async () => (await app.mailTo(person.email)).at(-1);
    clock.advance(23 * DAY);
    await work('clean-up');
    expect((await newest())?.subject).toContain('We will soon erase your account');
    expect((await newest())?.text).toContain('/account/closing');
    clock.advance(7 * DAY);
    await work('clean-up');
    expect((await newest())?.subject).toContain('Your account was erased');
    expect((await newest())?.text).not.toContain('/not-me');
    const visit = app.visit();
    const { email: identifier, password } = person;
    expect((await visit.post('/sign-in', { identifier, password }, '/sign-in')).statusCode).toBe(422);
    const again = await signUp(app, { email: person.email });
    expect((await again.visit.get('/home')).statusCode).toBe(200);
  });
});
