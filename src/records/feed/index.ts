export { agencyFeed } from './agency-feed.ts';
export { type Feed, type FeedListener, type FeedNeeds, type FeedSummary, makeFeed } from './feed.ts';
export { folderOfFiles } from './files.ts';
export { type DemoMaterial, generateCases, generateFeed, loadDemoMaterial } from './generate.ts';
export { type Random, seededRandom } from './random.ts';
