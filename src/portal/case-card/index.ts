export { CaseCard, formName, StatusTag } from './case-card.tsx';
