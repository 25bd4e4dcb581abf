import type { ComponentChildren } from 'preact';
import { Alert } from './alert.tsx';
import './elements.ts';
import type { Page, Refill } from './page.ts';

/** Whether a page with what was typed says that it was not taken. */
export const wasRefused = ({ refill }: Page): boolean =>
  refill !== null && refill.why !== null && refill.why.is !== 'kept';

/** On top of a page whose form is filled in again: why it is, and what to do. It takes the focus, as faults do. */
export function Refilled({ page, children }: { readonly page: Page; readonly children: ComponentChildren }) {
  const { refill, words } = page;
  if (refill === null || refill.why === null) return null;
  const { title, text } = sayWhy(page, refill.why);
  return (
    <portico-error-summary>
      <div tabIndex={-1} {...(refill.why.is === 'kept' ? {} : { role: 'alert' })}>
        <Alert page={page} kind={refill.why.is === 'kept' ? 'info' : 'warning'} title={title}>
          <p>
            {text}
            {refill.hadSecrets ? ` ${words.t('ui.refill-secrets')}` : null}
            {refill.hadFiles ? ` ${words.t('ui.refill-files')}` : null}
          </p>
          {children}
        </Alert>
      </div>
    </portico-error-summary>
  );
}

function sayWhy({ visitor, words }: Page, why: NonNullable<Refill['why']>) {
  const { t, duration } = words;
  switch (why.is) {
    case 'stale':
      return {
        title: t('ui.refill-stale-title'),
        text:
          visitor.is === 'signed-in'
            ? t('ui.refill-stale-signed-in', { name: visitor.name })
            : t('ui.refill-stale-text'),
      };
    case 'limit':
      return {
        title: t('ui.refill-limit-title'),
        text: t('ui.refill-limit-text', { time: duration(why.seconds) }),
      };
    case 'failed':
      return { title: t('ui.refill-failed-title'), text: t('ui.refill-failed-text') };
    case 'kept':
      return { title: t('ui.refill-kept-title'), text: t('ui.refill-kept-text') };
  }
}
