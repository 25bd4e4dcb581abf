// Brings parts of the page to what the server draws now, by three trees: what it drew last, what it draws now, and the page
// itself. Only what differs between the first two is touched, so what a person typed, opened or went to stays.
//
// `data-key` names a thing among its neighbours: it is the same thing wherever it stands, and marked as new when it is. With
// `data-changes` it is also marked when something in it changes.

const MARK = 'portico-live-mark';

/** The words by which things are marked that were not there before, or changed. */
export type Marks = { readonly isNew: string; readonly hasChanged: string };

/** Elements of the page by what the server drew for them. */
type OnPage = WeakMap<Node, Node>;

export class LiveRegions {
  #onPage: OnPage = new WeakMap();
  readonly #drawn = new Map<string, Element>();
  readonly #marks: Marks;

  constructor(marks: Marks) {
    this.#marks = marks;
    for (const region of regionsOf(document)) {
      const drawn = region.cloneNode(true);
      if (!(drawn instanceof Element)) continue;
      this.#pair(drawn, region);
      forgetTokens(drawn);
      this.#drawn.set(nameOf(region), drawn);
    }
  }

  get some(): boolean {
    return this.#drawn.size > 0;
  }

  /** Takes over what a newly drawn page has in these parts. @returns whether anything was different */
  update(page: Document): boolean {
    let changed = false;
    for (const now of regionsOf(page)) {
      const drawn = this.#drawn.get(nameOf(now));
      if (drawn === undefined) continue;
      forgetTokens(now);
      if (drawn.isEqualNode(now)) continue;
      if (!changed) for (const old of document.querySelectorAll(`.${MARK}`)) old.remove();
      changed = true;
      this.#element(drawn, now);
      this.#drawn.set(nameOf(now), now);
    }
    return changed;
  }

  #pair(drawn: Node, shown: Node): void {
    this.#onPage.set(drawn, shown);
    const [from, to] = [[...drawn.childNodes], [...shown.childNodes]];
    for (const [at, child] of from.entries()) {
      const other = to[at];
      if (other !== undefined) this.#pair(child, other);
    }
  }

  /** Lets newly drawn nodes, which are the same as those before, stand for the same ones of the page. */
  #carry(drawn: Node, now: Node): void {
    const shown = this.#onPage.get(drawn);
    if (shown !== undefined) this.#onPage.set(now, shown);
    const next = [...now.childNodes];
    for (const [at, child] of [...drawn.childNodes].entries()) {
      const other = next[at];
      if (other !== undefined) this.#carry(child, other);
    }
  }

  #element(drawn: Element, now: Element): void {
    const shown = this.#onPage.get(drawn);
    if (!(shown instanceof Element)) return;
    this.#onPage.set(now, shown);
    for (const { name } of [...drawn.attributes]) if (!now.hasAttribute(name)) shown.removeAttribute(name);
    for (const { name, value } of [...now.attributes])
      if (drawn.getAttribute(name) !== value) shown.setAttribute(name, value);
    this.#children(drawn, now, shown);
  }

  #children(drawn: Element, now: Element, shown: Element): void {
    const partners = partnersOf([...drawn.childNodes], [...now.childNodes]);
    const kept = new Set(partners.values());
    for (const gone of drawn.childNodes) if (!kept.has(gone)) this.#remove(gone);
    const onPage = new Set([...kept].map((node) => this.#onPage.get(node)));
    let place = shown.firstChild;
    for (const child of now.childNodes) {
      const partner = partners.get(child);
      const present = partner === undefined ? undefined : this.#onPage.get(partner);
      if (partner === undefined || present?.parentNode !== shown) {
        shown.insertBefore(this.#made(child), place);
        if (child.textContent?.trim() !== '') this.#markChanged(shown);
        continue;
      }
      // What scripts have put in between stays where it is.
      while (place !== null && place !== present && !onPage.has(place)) place = place.nextSibling;
      if (present === place) place = present.nextSibling;
      else move(shown, present, place);
      this.#node(partner, child, present);
    }
  }

  #node(drawn: Node, now: Node, shown: Node): void {
    if (drawn.isEqualNode(now)) this.#carry(drawn, now);
    else if (drawn instanceof Element && now instanceof Element) this.#element(drawn, now);
    else {
      this.#onPage.set(now, shown);
      shown.nodeValue = now.nodeValue;
      this.#markChanged(shown.parentElement);
    }
  }

  #made(now: Node): Node {
    const shown = document.importNode(now, true);
    this.#pair(now, shown);
    if (shown instanceof HTMLElement && shown.dataset['key'] !== undefined) mark(shown, this.#marks.isNew);
    return shown;
  }

  /** @param shown the element in which something is different */
  #markChanged(shown: Element | null): void {
    const thing = shown?.closest('[data-changes]') ?? null;
    if (thing !== null) mark(thing, this.#marks.hasChanged);
  }

  #remove(drawn: Node): void {
    const shown = this.#onPage.get(drawn);
    if (!(shown instanceof Element || shown instanceof CharacterData)) return;
    const had = shown.contains(document.activeElement);
    const around = shown.parentElement?.closest<HTMLElement>('[tabindex], main');
    shown.remove();
    if (had) around?.focus({ preventScroll: true });
  }
}

/** Puts a word before what a thing is called. */
function mark(thing: Element, word: string): void {
  if (thing.querySelector(`.${MARK}`) !== null) return;
  const text = document.createElement('span');
  text.className = `${MARK} portico-tag portico-tag--attention`;
  text.textContent = `${word} `;
  (thing.querySelector('h2, h3, h4') ?? thing).prepend(text);
}

const regionsOf = (page: ParentNode) => page.querySelectorAll<HTMLElement>('[data-live]');
const nameOf = (region: Element) => region.getAttribute('data-live') ?? '';

/** Tokens of forms differ each time that a page is drawn, and those of the page are as good. */
function forgetTokens(region: ParentNode): void {
  for (const field of region.querySelectorAll('input[name=_csrf]')) field.removeAttribute('value');
}

/**
 * For each node that is drawn now the one before that it continues: by its key, the same content, or the same place among
 * those alike. Each is looked up, so that long lists take no longer than they are.
 */
function partnersOf(before: readonly Node[], now: readonly Node[]): ReadonlyMap<Node, Node> {
  const partners = new Map<Node, Node>();
  const kept = new Set<Node>();
  for (const naming of [identityOf, kindOf]) {
    const free = new Map<string, Node[]>();
    for (const node of before.toReversed()) {
      const name = kept.has(node) ? null : naming(node);
      if (name === null) continue;
      const same = free.get(name);
      if (same === undefined) free.set(name, [node]);
      else same.push(node);
    }
    for (const node of now) {
      if (partners.has(node)) continue;
      const name = naming(node);
      const found = name === null ? undefined : free.get(name)?.pop();
      if (found === undefined) continue;
      partners.set(node, found);
      kept.add(found);
    }
  }
  return partners;
}

/** Equal where two nodes are one thing. */
function identityOf(node: Node): string {
  const key = keyOf(node);
  if (key !== null) return `key ${key}`;
  return new XMLSerializer().serializeToString(node);
}

/**
 * Equal where one node can become the other; null where none can. A custom element is made anew, since it may know what it
 * was made with.
 */
function kindOf(node: Node): string | null {
  if (keyOf(node) !== null || node.nodeName.includes('-')) return null;
  return node instanceof Element
    ? `${node.nodeName} ${node.getAttribute('class') ?? '-'}`
    : `${node.nodeName} `;
}

const keyOf = (node: Node): string | null =>
  node instanceof Element ? node.getAttribute('id') || node.getAttribute('data-key') : null;

/** Puts a node in another place, and leaves the focus where it is. */
function move(parent: Node, node: Node, place: Node | null): void {
  const focused = document.activeElement;
  parent.insertBefore(node, place);
  if (focused instanceof HTMLElement && node.contains(focused)) focused.focus({ preventScroll: true });
}
