import { describe, expect, it } from 'vitest';
import { renderPage } from '../../../platform/ui/index.ts';
import { testPage } from '../../../testing/page.ts';
import { SignInPage } from './pages.tsx';

const AGAIN = 'Enter your password again';
const shown = (field?: string) =>
  renderPage(
    <SignInPage
      page={testPage()}
      returnTo="/home"
      {...(field === undefined ? {} : { errors: [{ field, text: 'What is wrong' }] })}
    />,
  );

describe('the page to sign in', () => {
  it('says on top and at its field that the password was emptied, where that is not what is wrong', () => {
    for (const field of ['proof', 'identifier']) expect(shown(field).split(AGAIN)).toHaveLength(3);
    expect(shown('password')).not.toContain(AGAIN);
    expect(shown()).not.toContain(AGAIN);
  });

  it('leads whoever has no account by this name to one that was only begun', () => {
    const link = '>Create an account, or finish one that you began</a>';
    expect(shown('identifier')).toContain(link);
    expect(shown()).not.toContain(link);
  });
});
