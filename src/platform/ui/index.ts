export { Alert, type AlertKind, type AlertProps } from './alert.tsx';
export {
  Button,
  type ButtonKind,
  ButtonLink,
  type ButtonLinkProps,
  type ButtonProps,
  Buttons,
} from './button.tsx';
export { CodeField, type CodeFieldProps } from './code-field.tsx';
export { ErrorSummary, type FieldError } from './error-summary.tsx';
export { Field, type FieldProps } from './field.tsx';
export { Form, type FormProps } from './form.tsx';
export { Layout, type LayoutProps } from './layout.tsx';
export type { NavigationLink, Page, Visitor } from './page.ts';
export { PasswordField, type PasswordFieldProps } from './password-field.tsx';
export { renderPage } from './render.ts';
