import type { ComponentChildren } from 'preact';
import type { Question } from '../proof-of-work/index.ts';
import './elements.ts';
import { Icon } from './icon.tsx';
import type { Page } from './page.ts';

export type ProofOfWorkProps = {
  readonly page: Page;
  readonly question: Question;
  /** Another way in for whoever can neither work nor wait, such as an emailed link. */
  readonly children?: ComponentChildren;
};

/** Within a form, has the browser prove that a person is worth its while. Without script it asks for a wait. */
export function ProofOfWork({ page, question, children }: ProofOfWorkProps) {
  const { t, duration } = page.words;
  const time = duration(Math.max(1, question.waitSeconds));
  return (
    <portico-proof
      class="portico-proof"
      id="proof"
      tabIndex={-1}
      challenge={question.challenge}
      data-working={t('proof.working')}
      data-held={t('proof.held')}
      data-done={t('proof.done')}
      data-failed={t('proof.failed', { time })}
    >
      <input type="hidden" name="proof" />
      <input type="hidden" name="proofWait" value={question.ticket} />
      <Icon name="info" />
      <Icon name="success" />
      <div class="portico-proof__body">
        <p role="status">{question.waitSeconds === 0 ? t('proof.waited') : t('proof.wait', { time })}</p>
        <progress class="portico-proof__progress" value={0} max={question.work} aria-hidden="true" />
        <button class="usa-button usa-button--unstyled" type="button" hidden>
          {t('proof.retry')}
        </button>
        {children === undefined ? null : <div data-else>{children}</div>}
      </div>
      <script type="module" src={page.asset('proof.js')} />
    </portico-proof>
  );
}
