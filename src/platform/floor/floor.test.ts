import { describe, expect, it } from 'vitest';
import { jobsOf, navigationOf, slowJobsOf, workOf } from './index.ts';

const nothing = async () => {};
const { signal } = new AbortController();

describe('the work of floors', () => {
  it('is the jobs of each, about the row that the payload names', async () => {
    const done: string[] = [];
    const note = (what: string) => async (id: string) => void done.push(`${what} ${id}`);
    const { tasks } = workOf([{ jobs: { send: note('send') } }, {}, { jobs: { export: note('export') } }]);
    await tasks['send']?.({ id: 'a' }, signal);
    await tasks['export']?.({ id: 'b' }, signal);
    expect(done).toEqual(['send a', 'export b']);
    for (const payload of [undefined, null, {}, { id: 1 }])
      await expect(jobsOf({ jobs: { send: note('send') } })['send']?.(payload, signal)).rejects.toThrow();
  });

  it('that takes long is apart from the rest, and hears when it has to end', async () => {
    const floors = [
      { slowJobs: { render: async (_: string, stopping: AbortSignal) => stopping.throwIfAborted() } },
      {},
    ];
    expect(Object.keys(workOf(floors).tasks)).toEqual(['clean-up']);
    const render = jobsOf({ jobs: slowJobsOf(floors) })['render'];
    await render?.({ id: '' }, signal);
    await expect(render?.({ id: '' }, AbortSignal.abort())).rejects.toThrow('aborted');
  });

  it('is what each does by the clock, and one clean-up of all', () => {
    const { tasks, crontab } = workOf([{ timed: [{ name: 'remind', cron: '*/5 * * * *', run: nothing }] }]);
    expect(crontab).toBe('*/5 * * * * remind\n*/10 * * * * clean-up');
    expect(Object.keys(tasks)).toEqual(['remind', 'clean-up']);
  });

  it('cleans up everything, also where a part fails, and then says so', async () => {
    const done: string[] = [];
    const failing = async () => {
      throw new Error('no');
    };
    const { tasks } = workOf([
      { cleanUp: [failing, async () => done.push('one')] },
      { cleanUp: [async () => done.push('two')] },
    ]);
    await expect(tasks['clean-up']?.(null, signal)).rejects.toThrow('1 parts of the clean-up failed');
    expect(done).toEqual(['one', 'two']);
  });
});

describe('the navigation', () => {
  it('is of the links of all floors for a visitor, each in its place', () => {
    const link = (href: string, place: number, ...visitors: ('stranger' | 'signed-in')[]) =>
      ({ href, word: 'home.nav-help', place, visitors }) as const;
    const navigation = navigationOf([
      { links: [link('/last', 9, 'stranger', 'signed-in'), link('/mine', 1, 'signed-in')] },
      {},
      { links: [link('/door', 5, 'stranger')] },
    ]);
    expect(navigation({ is: 'stranger' }).map(({ href }) => href)).toEqual(['/door', '/last']);
    const person = {
      is: 'signed-in',
      name: 'Amina',
      idleEndsAt: new Date(0),
      endsAt: new Date(0),
      unread: 0,
    } as const;
    expect(navigation(person).map(({ href }) => href)).toEqual(['/mine', '/last']);
  });
});
