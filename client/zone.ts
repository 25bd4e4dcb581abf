/** Offers the zone of the device in a choice of zones. */
export class PorticoZone extends HTMLElement {
  connectedCallback(): void {
    const select = document.getElementById(this.getAttribute('for') ?? '');
    if (!(select instanceof HTMLSelectElement)) return;
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    const option = [...select.options].find(({ value }) => value === timeZone);
    if (option === undefined) return;
    const said = document.createElement('p');
    said.className = 'usa-hint';
    if (select.value === timeZone) {
      said.textContent = this.dataset['same'] ?? '';
    } else {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'usa-button usa-button--unstyled';
      button.textContent = (this.dataset['offer'] ?? '').replace('ZONE', option.label);
      button.addEventListener('click', () => {
        select.value = timeZone;
        select.focus();
      });
      said.append(button);
    }
    this.append(said);
  }
}
