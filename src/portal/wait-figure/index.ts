export { FewDecisions } from './few.tsx';
export { lastDay, type Scale, scaleTo } from './scale.ts';
export { officeName, sayMiddle, sayMonths, sayRange } from './texts.ts';
export { WaitAxis, WaitBar } from './wait-bar.tsx';
export { CaseWaitFigure, WaitFigure, type WaitFigureProps, type Whose } from './wait-figure.tsx';
