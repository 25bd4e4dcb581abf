import { inLanguage } from '../../platform/agency/index.ts';
import { ButtonLink, type Page } from '../../platform/ui/index.ts';
import type { NoticeTemplates } from '../../records/document-templates/index.ts';
import type { NoticeAsk } from '../../records/overview/index.ts';
import { ComingDay, DueDay } from '../due-day/index.ts';
import { documentPath } from './labels.tsx';

/** What a notice asks of the person by itself: by or on which day, and the way to it. */
export function NoticeAskText({
  page,
  ask,
  templates,
}: {
  readonly page: Page;
  readonly ask: NoticeAsk;
  readonly templates: NoticeTemplates;
}) {
  const { t, language } = page.words;
  const template = templates.all.get(ask.template);
  const isAnswer = ask.is === 'answer';
  return (
    <>
      <h3>
        <bdi>{template === undefined ? t('documents.document') : inLanguage(template.name, language)}</bdi>
      </h3>
      <p class="portico-task__day">
        {isAnswer ? <DueDay page={page} dueOn={ask.day} /> : <ComingDay page={page} day={ask.day} />}
      </p>
      <p>{isAnswer ? t('home.task-answer-text') : t('home.task-come-text')}</p>
      <p>
        <ButtonLink href={documentPath(ask.notice)}>{t('home.task-notice-action')}</ButtonLink>
      </p>
    </>
  );
}
