import { type FormSchema, fieldsToKeep, pathOf } from '../platform/http/index.ts';

/** A route, as far as its forms go. */
type Route = {
  readonly method: string;
  readonly url: string;
  readonly config: { readonly form?: FormSchema };
};

/** What of a page's forms is kept where they are refused, and what is not. */
export type Forms = {
  /** The routes whose answers come back, among them those of this page. */
  readonly kept: Set<string>;
  /** What a person would lose: the route, and the field. */
  readonly lost: Set<string>;
};

/** A form that a page posts, as it is drawn. */
export type DrawnForm = {
  readonly action: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly fields: readonly Field[];
};

/** What a person answers; `chosen` of what is offered, and not written. */
type Field = { readonly name: string; readonly kind: 'written' | 'chosen' | 'secret' };

/** The forms that a page posts. @param url the page's own */
export function formsIn({ body }: { readonly body: string }, url: string): readonly DrawnForm[] {
  return [...body.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].flatMap(([, attributes = '', inner = '']) => {
    if (!/ method="post"/.test(attributes)) return [];
    const tags = [...inner.matchAll(/<(?:input|select|textarea)\b[^>]*>/g)].map(([tag]) => tag);
    const hidden = tags.filter((tag) => / type="hidden"/.test(tag));
    return [
      {
        action: attributeOf(attributes, 'action') ?? url,
        hidden: Object.fromEntries(
          hidden.map((tag) => [attributeOf(tag, 'name') ?? '', attributeOf(tag, 'value') ?? ''] as const),
        ),
        fields: tags.flatMap(fieldOf),
      },
    ];
  });
}

/** No page can choose files in a person's place: where a form with files is refused, it says so. */
function fieldOf(tag: string): readonly Field[] {
  const name = attributeOf(tag, 'name');
  if (name === undefined || / type="(?:file|hidden|submit)"| readonly\b/.test(tag)) return [];
  if (/ type="password"| autocomplete="one-time-code"| data-secret/.test(tag))
    return [{ name, kind: 'secret' }];
  return [{ name, kind: /^<select| type="(?:radio|checkbox)"/.test(tag) ? 'chosen' : 'written' }];
}

const attributeOf = (tag: string, name: string): string | undefined =>
  new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&');

/**
 * Looks at the forms of a page that is drawn: each field that a person answers and that is no secret has to be one of the form
 * that the route names to which it is posted, or what was typed is lost where the route is not reached.
 * @param url the page's own
 */
export function noteForms(
  { kept, lost }: Forms,
  routes: readonly Route[],
  url: string,
  page: { readonly body: string },
): void {
  for (const { action, fields } of formsIn(page, url)) {
    const route = routes.find((each) => each.method === 'POST' && isOf(each, action));
    const form = route?.config.form;
    for (const { name, kind } of fields) {
      const isKept = form !== undefined && name in fieldsToKeep([form], { [name]: 'x' });
      const isSecret = kind === 'secret';
      if (isKept && !isSecret) kept.add(route?.url ?? '');
      if (isKept === isSecret) lost.add(`${route?.url ?? action} ${name}${isSecret ? ' (secret)' : ''}`);
    }
  }
}

/** Whether an address is one of a route's. */
export const isOf = ({ url }: Pick<Route, 'url'>, address: string): boolean =>
  new RegExp(`^${url.replaceAll(/:[^/]+/g, '[^/]+').replace('*', '.*')}$`).test(pathOf(address));
