export {
  type AccountLink,
  type Floor,
  type FloorLink,
  jobsOf,
  navigationOf,
  slowJobsOf,
  workOf,
} from './floor.ts';
