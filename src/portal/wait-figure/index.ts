export { lastDay, type Scale, scaleTo } from './scale.ts';
export { officeName, sayDays, sayMiddle, sayMonths, sayRange } from './texts.ts';
export { WaitAxis, WaitBar } from './wait-bar.tsx';
export { CaseWaitFigure, WaitFigure, type WaitFigureProps, type Whose } from './wait-figure.tsx';
