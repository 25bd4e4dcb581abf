export { type BrowserName, describeBrowser, inBrowser, presentBrowser, sayBrowser } from './browser.ts';
