/** Copies the text of the element that `from` names, a list one item a line, and says whether it could. */
export class PorticoCopy extends HTMLElement {
  connectedCallback(): void {
    this.querySelector('button')?.addEventListener('click', () => void this.#copy());
  }

  async #copy(): Promise<void> {
    const source = document.getElementById(this.getAttribute('from') ?? '');
    const result = this.querySelector('[role=status]');
    if (source === null || result === null) return;
    try {
      await navigator.clipboard.writeText(textOf(source));
      result.textContent = this.dataset['copied'] ?? '';
    } catch {
      result.textContent = this.dataset['failed'] ?? '';
    }
  }
}

function textOf(source: HTMLElement): string {
  const items = [...source.querySelectorAll('li')].map((item) => item.textContent.trim());
  return source.dataset['copy'] ?? (items.length > 0 ? items.join('\n') : source.textContent.trim());
}
