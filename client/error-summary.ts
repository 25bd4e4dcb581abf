/** Takes the focus when the page comes back with errors, and leads to a field with its label in view. */
export class PorticoErrorSummary extends HTMLElement {
  connectedCallback(): void {
    this.querySelector<HTMLElement>('[tabindex]')?.focus();
    this.addEventListener('click', (event) => {
      if (!(event.target instanceof HTMLAnchorElement)) return;
      const field = document.getElementById(event.target.hash.slice(1));
      if (field === null) return;
      event.preventDefault();
      const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
      (field.closest('fieldset') ?? label ?? field).scrollIntoView();
      field.focus({ preventScroll: true });
    });
  }
}
