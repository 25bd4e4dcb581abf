export { CaseLists, formName, StatusTag } from './case-card.tsx';
