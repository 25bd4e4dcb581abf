export { CaseLists, CaseName, formName, peopleOf, StatusTag } from './case-card.tsx';
export { FindCases, FROM_WHICH_FOUND } from './find-cases.tsx';
