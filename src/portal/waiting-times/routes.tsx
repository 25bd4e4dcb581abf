import { z } from 'zod';
import { errorPage, type PageScope } from '../../platform/http/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import type { WaitingTimes } from '../../records/waiting-times/index.ts';
import { FormTimesPage, WaitingTimesPage } from './pages.tsx';

export type WaitingTimesParts = {
  readonly catalogue: CaseCatalogue;
  readonly waitingTimes: WaitingTimes;
};

const FormAddress = z.object({ form: z.string() });

/** How long cases take, for everybody. */
export function waitingTimesRoutes(app: PageScope, { catalogue, waitingTimes }: WaitingTimesParts): void {
  app.get('/waiting-times', { config: { access: 'anyone' } }, async (request, reply) => {
    const times = await waitingTimes.ofForms();
    return reply.page(<WaitingTimesPage page={request.page(reply)} times={times} catalogue={catalogue} />);
  });

  app.get('/waiting-times/:form', { config: { access: 'anyone' } }, async (request, reply) => {
    const form = catalogue.forms.get(FormAddress.parse(request.params).form);
    if (form === undefined) return errorPage(request, reply, 404);
    const times = await waitingTimes.ofForm(form.code);
    return reply.page(
      <FormTimesPage page={request.page(reply)} form={form} times={times} catalogue={catalogue} />,
    );
  });
}
