export { type Ending, EndingAlert, endingOf, withEnding } from './endings.tsx';
