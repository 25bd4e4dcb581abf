import type { ComponentChildren } from 'preact';
import { useContext } from 'preact/hooks';
import { AroundFields, PageForms } from './form-context.ts';
import type { Page } from './page.ts';

export type FormProps = {
  readonly page: Page;
  /** Where it posts to; the page's own URL when left out. */
  readonly action?: string;
  /** Whether files are sent with it, which a `FileField` chooses. */
  readonly files?: boolean;
  readonly children: ComponentChildren;
};

/**
 * A form that posts, with the CSRF token of its page and the page that it is on; the server alone validates. Its fields are
 * filled in again by themselves where the page has something for it. What is typed into the form that the page is about is
 * kept when the session times out; passwords and codes never are.
 */
export function Form({ page, action, files = false, children }: FormProps) {
  const forms = useContext(PageForms);
  forms.count += 1;
  const id = `form-${forms.count}`;
  const { refill } = page;
  const own = pathOf(action ?? page.path);
  const isMain = forms.main === id;
  // A page that is drawn again may stand under the address of another of its forms.
  const to = action ?? (refill === null ? undefined : own);
  const around = {
    typed:
      refill !== null && (refill.action === own || (refill.action === null && isMain)) ? refill.typed : null,
    takesAnswer: () => {
      forms.main ??= id;
    },
  };
  return (
    <form
      class="portico-form"
      method="post"
      noValidate
      {...(to === undefined ? {} : { action: to })}
      {...(files ? { encType: 'multipart/form-data' } : {})}
      {...(isMain ? { id, 'data-keep': page.visit } : {})}
    >
      <input type="hidden" name="_csrf" value={page.csrf} />
      <input type="hidden" name="_page" value={page.path} />
      {page.formOwner === null ? null : <input type="hidden" name="_owner" value={page.formOwner} />}
      <AroundFields.Provider value={around}>{children}</AroundFields.Provider>
    </form>
  );
}

const pathOf = (address: string): string => address.split(/[?#]/, 1)[0] ?? address;
