import type { PageScope } from '../../../platform/http/index.ts';
import { linkIn } from '../../../platform/typed/index.ts';
import { CancelledPage, CancelPage, PastPage } from './cancel-pages.tsx';
import type { Gates } from './gates.tsx';
import type { Recovery } from './recovery.ts';

/** The pages behind the link by which whoever hears of a way back stops it. */
export function cancelRoutes(
  app: PageScope,
  {
    recovery,
    gates: { anyone, anyoneByLink, linkCut },
  }: { readonly recovery: Recovery; readonly gates: Gates },
): void {
  app.get('/recover/cancel', anyone, async (request, reply) => {
    const link = linkIn(request.query, 'link');
    if (link === null) return linkCut(request, reply);
    const stands = await recovery.cancellable(link);
    switch (stands.is) {
      case 'runs':
        return reply.page(<CancelPage page={request.page(reply)} link={link} />);
      case 'stopped':
      case 'finished':
      case 'over':
        return reply.page(<PastPage page={request.page(reply)} how={stands.is} others={stands.others} />);
      case 'unknown':
        return linkCut(request, reply);
    }
  });
  const isLink = async (link: string) => (await recovery.cancellable(link)).is !== 'unknown';
  app.post('/recover/cancel', anyoneByLink('link', isLink), async (request, reply) => {
    const link = linkIn(request.body, 'link');
    if (link === null) return linkCut(request, reply);
    const known = await recovery.cancel(link);
    // Finished while the page was open: that it is stopped would be untrue.
    const stands = await recovery.cancellable(link);
    if (known && stands.is === 'finished')
      return reply.page(<PastPage page={request.page(reply)} how="finished" others={stands.others} />);
    if (known && stands.is === 'stopped')
      return reply.page(<CancelledPage page={request.page(reply)} others={stands.others} />);
    if (known) return reply.redirect(`/recover/cancel?${new URLSearchParams({ link })}`, 303);
    return linkCut(request, reply);
  });
}
