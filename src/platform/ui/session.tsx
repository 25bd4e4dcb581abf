import './elements.ts';
import type { Page } from './page.ts';

/** Two minutes before the session ends, asks whether the person is still there. Does nothing without script. */
export function Session({ page }: { readonly page: Page }) {
  const { visitor, words } = page;
  if (visitor.is === 'stranger') return null;
  return (
    <portico-session
      now={page.now.toISOString()}
      idle-ends-at={visitor.idleEndsAt.toISOString()}
      ends-at={visitor.endsAt.toISOString()}
      extend-url="/session/extend"
      time-out-url="/session/time-out"
      csrf={page.csrf}
      path={page.path}
      owner={page.formOwner ?? ''}
    >
      <dialog class="portico-dialog" aria-labelledby="session-title" aria-describedby="session-why">
        <h2 id="session-title">{words.t('ui.session-title')}</h2>
        <p id="session-why">
          <span data-when="idle">{words.t('ui.session-why')}</span>
          <span data-when="last" hidden>
            {words.t('ui.session-last')}
          </span>
        </p>
        <p class="portico-dialog__left" aria-live="polite" aria-atomic="true">
          <span data-left="120">{words.t('ui.session-left', { left: words.t('ui.session-minutes') })}</span>
          <span data-left="60" hidden>
            {words.t('ui.session-left', { left: words.t('ui.session-minute') })}
          </span>
          <span data-left="20" hidden>
            {words.t('ui.session-left', { left: words.t('ui.session-seconds') })}
          </span>
        </p>
        <p class="usa-error-message" role="alert" data-failed hidden>
          {words.t('ui.session-failed')}
        </p>
        <div class="portico-buttons">
          <button class="usa-button" type="button" data-stay data-when="idle">
            {words.t('ui.session-stay')}
          </button>
          <form method="dialog" data-when="last" hidden>
            <button class="usa-button" type="submit">
              {words.t('ui.session-continue')}
            </button>
          </form>
          <form method="post" action="/sign-out">
            <input type="hidden" name="_csrf" value={page.csrf} />
            <button class="usa-button usa-button--outline" type="submit">
              {words.t('ui.sign-out')}
            </button>
          </form>
        </div>
      </dialog>
    </portico-session>
  );
}
