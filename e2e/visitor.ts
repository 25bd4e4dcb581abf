import { expect, type Locator, type Page, type Response } from '@playwright/test';
import { inspectPage } from './inspect.ts';
import type { Portico } from './portico.ts';
import { type ScriptSwitch, scriptSwitch } from './script-switch.ts';
import { type Language, type Say, speaker } from './words.ts';

type Document = { readonly url: string; readonly status: number; readonly source: Promise<string> };

/** A person at a browser. They find things by what they say, and every page that they come to is inspected. */
export class Visitor {
  readonly page: Page;
  readonly portico: Portico;
  readonly say: Say;
  readonly language: Language;
  readonly hasScript: boolean;
  readonly #script: ScriptSwitch;
  readonly #documents: Document[] = [];
  readonly #looked = new Set<string>();
  readonly #complaints: string[] = [];

  static async enter(page: Page, portico: Portico, language: Language, hasScript: boolean): Promise<Visitor> {
    // Whoever reads Spanish says so on the first page; whoever reads English said so here before.
    if (language === 'en')
      await page.context().addCookies([{ name: 'portico-language', value: language, url: portico.url }]);
    return new Visitor(page, portico, language, hasScript, await scriptSwitch(page, hasScript));
  }

  private constructor(
    page: Page,
    portico: Portico,
    language: Language,
    hasScript: boolean,
    script: ScriptSwitch,
  ) {
    this.page = page;
    this.portico = portico;
    this.say = speaker(language);
    this.language = language;
    this.hasScript = hasScript;
    this.#script = script;
    page.on('response', (response) => this.#note(response));
    page.on('pageerror', (error) => this.#complaints.push(`error on ${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      // The browser itself reports a page that comes with a status such as 422; each journey says which it expects.
      const refused = message
        .text()
        .startsWith('Failed to load resource: the server responded with a status of 4');
      if (
        message.type() === 'error' &&
        !(refused && this.#documents.some(({ url }) => url === message.location().url))
      )
        this.#complaints.push(`console of ${page.url()}: ${message.text()}`);
    });
  }

  /** Comes in by the front door, in the person's language. */
  async arrive(): Promise<void> {
    await this.open('/');
    if (this.language === 'es') await this.follow('Español', { exactly: true });
    await this.at('Your account and your cases, in one place');
  }

  /** Types an address into the browser. */
  async open(path: string): Promise<Document> {
    return this.going(() => this.page.goto(`${this.portico.url}${path}`));
  }

  /** Makes sure of the page by its heading, and looks at all of it. */
  async at(heading: string, values?: Record<string, string | number>): Promise<void> {
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText(this.say(heading, values));
    await this.look();
  }

  /** Inspects the page as it is now. */
  async look(): Promise<void> {
    const document = this.document;
    this.#looked.add(kindOf(document));
    await inspectPage(this.page, await document.source, this.#script);
  }

  /** Says that a page was left before anybody could look at it. */
  passed(path: string): void {
    this.#looked.add(`200 ${path}`);
  }

  /** The page that was loaded last, as the server sent it. */
  get document(): Document {
    const document = this.#documents.at(-1);
    if (document === undefined) throw new Error('no page was opened yet');
    return document;
  }

  field(label: string): Locator {
    return this.page.getByRole('main').getByLabel(this.say(label), { exact: true });
  }

  async fill(answers: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, text] of Object.entries(answers)) await this.field(label).fill(text);
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name: this.say(name), exact: true });
  }

  link(name: string): Locator {
    return this.page.getByRole('link', { name: this.say(name), exact: true });
  }

  /** Presses a button that leads to a page. */
  async press(name: string, status = 200): Promise<Document> {
    await this.#openMenuFor('button', this.say(name));
    return this.going(() => this.button(name).click(), status);
  }

  /** Follows the link of a name, the first where several lead to the same place. */
  async follow(name: string, { exactly = false } = {}): Promise<Document> {
    const text = exactly ? name : this.say(name);
    await this.#openMenuFor('link', text);
    return this.going(() => this.page.getByRole('link', { name: text, exact: true }).first().click());
  }

  /** Opens the menu of a phone, where what is looked for stands in it and nowhere else. */
  async #openMenuFor(role: 'button' | 'link', name: string): Promise<void> {
    const menu = this.button('Menu');
    const anywhere = { name, exact: true, includeHidden: true };
    const isInMenu = (await this.page.locator('#menu').getByRole(role, anywhere).count()) > 0;
    const isSeen = (await this.page.getByRole(role, { name, exact: true }).count()) > 0;
    if (!isInMenu || isSeen || !(await menu.isVisible())) return;
    await menu.click();
    await this.look();
  }

  /** Does something that loads a page, and waits for that page. */
  async going(action: () => Promise<unknown>, status?: number): Promise<Document> {
    const arrived = this.page.waitForEvent('framenavigated', (frame) => frame === this.page.mainFrame());
    // A busy browser can tell of the page before it tells of the response that the page is.
    const answered = this.page.waitForEvent('response', (response) => this.#isDocument(response));
    await Promise.all([arrived, answered, action()]);
    await this.page.waitForLoadState();
    if (status !== undefined) expect(this.document.status, `status of ${this.document.url}`).toBe(status);
    return this.document;
  }

  /** What is expected of every visit when it is over. */
  async leave(): Promise<void> {
    expect(this.#complaints).toEqual([]);
    const missed = this.#documents.map(kindOf).filter((kind) => !this.#looked.has(kind));
    expect([...new Set(missed)], 'pages that nobody looked at').toEqual([]);
  }

  /** Whether a response is a page: no redirect, and nothing that is downloaded. */
  #isDocument(response: Response): boolean {
    return (
      response.request().isNavigationRequest() &&
      response.frame() === this.page.mainFrame() &&
      Math.floor(response.status() / 100) !== 3 &&
      response.headers()['content-disposition']?.startsWith('attachment') !== true
    );
  }

  #note(response: Response): void {
    if (!this.#isDocument(response)) return;
    const source = response.text();
    // The text of a page that was left at once is gone; whoever looks at the page is told.
    source.catch(() => undefined);
    this.#documents.push({ url: response.url(), status: response.status(), source });
  }
}

/** Pages are of one kind when they have the same path and status, whichever case they are about. */
function kindOf({ url, status }: Document): string {
  const { pathname } = new URL(url);
  return `${status} ${pathname.replace(/ARC\d{10}/, 'RECEIPT')}`;
}
