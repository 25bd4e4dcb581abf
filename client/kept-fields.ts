import { isSecret } from './typed.ts';

/** What was typed into the page's form marked `data-keep`, as a query; never a password, a code or a file. */
export function keptFields(): string {
  const form = document.querySelector<HTMLFormElement>('form[data-keep]');
  const kept = new URLSearchParams();
  if (form === null) return '';
  const secret = new Set(['_csrf']);
  for (const field of form.elements) {
    if (!(field instanceof HTMLInputElement)) continue;
    if (field.type === 'password' || isSecret(field)) secret.add(field.name);
  }
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string' && !secret.has(name)) kept.append(name, value);
  }
  return kept.toString();
}
