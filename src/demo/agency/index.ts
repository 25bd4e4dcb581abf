export { readPlayFile } from './play-file.ts';
export { type PlayNeeds, playRoutes } from './routes.tsx';
export { makeSentLines, PLAY_TABLES } from './sent-lines.ts';
