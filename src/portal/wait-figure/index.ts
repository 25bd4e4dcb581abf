export { lastDay, type Scale, scaleTo } from './scale.ts';
export { officeName, sayDays, sayMiddle, sayRange } from './texts.ts';
export { WaitBar } from './wait-bar.tsx';
export { CaseWaitFigure, WaitFigure, type WaitFigureProps, type Whose } from './wait-figure.tsx';
