export { makeSignals, type Signals } from './listening.ts';
export {
  type Follower,
  makeStreams,
  type Numbered,
  type Reader,
  type Reading,
  readingFrom,
  type Source,
  type Streams,
} from './stream.ts';
export { STREAM_TABLES } from './tables.ts';
