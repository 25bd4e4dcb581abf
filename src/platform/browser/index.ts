export {
  type BrowserName,
  describeBrowser,
  inBrowser,
  isHandheld,
  presentBrowser,
  sayBrowser,
} from './browser.ts';
