import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { PageForms } from './form-context.ts';

/**
 * The whole HTML document of a page, from the view that draws its `<html>`. A page with a form to fill in is drawn twice,
 * since its head has buttons of a form that stands below it.
 */
export function renderPage(view: VNode): string {
  const draw = (main: string | null) => {
    const forms = { count: 0, main };
    return { forms, html: renderToString(<PageForms.Provider value={forms}>{view}</PageForms.Provider>) };
  };
  const first = draw(null);
  const { html } = first.forms.main === null ? first : draw(first.forms.main);
  return `<!doctype html>\n${html}`;
}
