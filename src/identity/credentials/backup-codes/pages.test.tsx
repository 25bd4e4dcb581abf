import { describe, expect, it } from 'vitest';
import { renderPage } from '../../../platform/ui/index.ts';
import { testPage } from '../../../testing/page.ts';
import { BackupCodeUsedPage } from './pages.tsx';

const shown = (offersPhones: boolean) =>
  renderPage(<BackupCodeUsedPage page={testPage()} left={9} offersPhones={offersPhones} returnTo="/home" />);

describe('the page after a backup code', () => {
  it('offers a phone in place of what was lost, where codes come by text message', () => {
    const phone = 'href="/account/phones/add"';
    expect(shown(true)).toContain(phone);
    expect(shown(false)).not.toContain(phone);
  });
});
