export { byOperator, isOperatorName, OPERATOR_FIELDS, type Operator, operatorName } from './operators.ts';
