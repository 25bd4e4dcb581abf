export { statementRoutes } from './statements.tsx';
