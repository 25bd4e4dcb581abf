import type { Page } from '@playwright/test';

/** Turns a page's scripts off and on. Playwright's own switch could not be lent to axe, which is a script itself. */
export type ScriptSwitch = {
  /** Does some work with scripts on. What the page had stays undone: it was skipped when the page loaded. */
  lend<T>(work: () => Promise<T>): Promise<T>;
};

export async function scriptSwitch(page: Page, enabled: boolean): Promise<ScriptSwitch> {
  if (enabled) return { lend: (work) => work() };
  const devtools = await page.context().newCDPSession(page);
  const disable = (value: boolean) => devtools.send('Emulation.setScriptExecutionDisabled', { value });
  await disable(true);
  return {
    lend: async (work) => {
      await disable(false);
      try {
        return await work();
      } finally {
        await disable(true);
      }
    },
  };
}
