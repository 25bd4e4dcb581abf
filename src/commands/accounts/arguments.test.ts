import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';
import { type Caller, readOperator } from './operator.ts';

describe('what an operator asks for', () => {
  it.each([
    [[]],
    [['find']],
    [['find', ' ']],
    [['show', 'a', 'b']],
    [['end', 'a']],
    [['correct', 'a']],
    [['show', 'a', '--name', 'b']],
    [['show', 'a', '--what']],
  ])('is nothing in %j', (args) => {
    expect(readArguments(args)).toBeNull();
  });

  it('is read with who asks, and with what is corrected', () => {
    for (const is of ['find', 'show', 'restore', 'release-case'])
      expect(readArguments([is, ' a ', '--as', 'maya'])).toEqual({ asked: { is, what: 'a' }, as: 'maya' });
    expect(readArguments(['correct', 'a', '--country', 'PL'])).toEqual({
      asked: {
        is: 'correct',
        what: 'a',
        corrections: { name: undefined, born: undefined, country: 'PL' },
      },
      as: undefined,
    });
  });
});

describe('who does something for a person', () => {
  const UIDS = new Map([
    ['maya', 1_001],
    ['omar', 1_002],
  ]);
  const caller = (of: Partial<Caller>): Caller => ({
    sudoUser: undefined,
    uid: 1_001,
    login: 'maya',
    loginUid: null,
    uidOf: (login) => UIDS.get(login) ?? null,
    ...of,
  });
  const root = (of: Partial<Caller>) => caller({ uid: 0, login: 'root', ...of });

  it('is the login of the process, whatever the environment says', () => {
    expect(readOperator(undefined, caller({ sudoUser: 'omar' }))).toEqual({ name: 'maya', login: 'maya' });
    expect(readOperator('omar', caller({ sudoUser: 'omar', loginUid: 1_002 }))).toEqual({
      name: 'omar',
      login: 'maya',
    });
    expect(readOperator(undefined, caller({ sudoUser: 'omar', uid: undefined })).login).toBe('maya');
  });

  it('is whoever used sudo where it runs as root', () => {
    expect(readOperator(undefined, root({ sudoUser: 'maya', loginUid: 1_001 }))).toEqual({
      name: 'maya',
      login: 'maya',
    });
    expect(readOperator(' Zoé ', root({}))).toEqual({ name: 'zoé', login: 'root' });
  });

  it('has the number of the kernel beside the login where they do not agree', () => {
    expect(readOperator(undefined, root({ sudoUser: 'omar', loginUid: 1_001 }))).toMatchObject({
      login: 'omar',
      uid: 1_001,
    });
    // As in a container, or where the machine does not keep who signed in.
    expect(readOperator(undefined, root({ sudoUser: 'omar' }))).toMatchObject({ login: 'omar', uid: 0 });
    expect(readOperator(undefined, root({ sudoUser: 'nobody-knows' }))).toMatchObject({ uid: 0 });
  });

  it('says a name without spaces', () => {
    for (const as of ['two words', '', 'x'.repeat(65)])
      expect(() => readOperator(as, caller({}))).toThrow('--as takes a name');
  });
});
