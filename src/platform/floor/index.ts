export {
  type AccountLink,
  type Floor,
  type FloorLink,
  jobsOf,
  navigationOf,
  slowJobsOf,
  type Timed,
  workOf,
} from './floor.ts';
