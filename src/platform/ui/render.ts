import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';

/** The whole HTML document of a page, from the view that draws its `<html>`. */
export function renderPage(view: VNode): string {
  return `<!doctype html>\n${renderToString(view)}`;
}
