/** Says a moment by the clock of whoever reads it, where the clock of `zone` shows another time. */
export class PorticoOwnTime extends HTMLElement {
  connectedCallback(): void {
    const at = new Date(this.getAttribute('at') ?? '');
    const language = this.getAttribute('language') ?? 'en';
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const say = (timeZone: string, more: Intl.DateTimeFormatOptions = {}): string =>
      new Intl.DateTimeFormat(language, {
        weekday: 'long',
        day: 'numeric',
        month: 'long',
        year: 'numeric',
        hour: 'numeric',
        minute: '2-digit',
        timeZone,
        ...more,
      }).format(at);
    if (say(own) === say(this.getAttribute('zone') ?? own)) return;
    this.textContent = (this.dataset['text'] ?? '').replace('{when}', () =>
      say(own, { timeZoneName: 'long' }),
    );
  }
}
