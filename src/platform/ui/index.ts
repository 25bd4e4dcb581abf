export { AboutLink, type AboutLinkProps } from './about-link.tsx';
export { Alert, type AlertKind, type AlertProps } from './alert.tsx';
export {
  Button,
  type ButtonKind,
  ButtonLink,
  type ButtonLinkProps,
  type ButtonProps,
  Buttons,
} from './button.tsx';
export { Card, Lead } from './card.tsx';
export { Checkbox, type CheckboxProps } from './checkbox.tsx';
export { Checkboxes, type CheckboxesProps } from './checkboxes.tsx';
export { CodeField, type CodeFieldProps } from './code-field.tsx';
export { CodeList, type CodeListProps } from './code-list.tsx';
export { ContactLinks } from './contact-links.tsx';
export { countryOptions } from './country-options.ts';
export { DateOfBirth, type DateOfBirthProps, type DatePart } from './date-of-birth.tsx';
export { EmptyState, type EmptyStateProps } from './empty-state.tsx';
export { ErrorPage, type ErrorPageProps } from './error-page.tsx';
export { ErrorSummary, errorOf, type FieldError } from './error-summary.tsx';
export { Field, type FieldProps } from './field.tsx';
export { GroupSet } from './field-parts.tsx';
export { FileField, type FileFieldProps } from './file-field.tsx';
export { Form, type FormProps } from './form.tsx';
export { Layout, type LayoutProps } from './layout.tsx';
export { NextStep, type NextStepProps } from './next-step.tsx';
export type { NavigationLink, Page, Refill, RefillReason, Visitor } from './page.ts';
export { PasskeyButton, type PasskeyButtonProps } from './passkey-button.tsx';
export { PasswordField, type PasswordFieldProps } from './password-field.tsx';
export { ProofOfWork, type ProofOfWorkProps } from './proof-of-work.tsx';
export { QrCode } from './qr-code.tsx';
export { type RadioOption, Radios, type RadiosProps } from './radios.tsx';
export { renderPage } from './render.tsx';
export { SecretKey } from './secret-key.tsx';
export { type Option, type OptionGroup, Select, type SelectProps } from './select.tsx';
export { statementPath, statementTitle } from './statement-links.tsx';
export { SummaryList, type SummaryRow } from './summary-list.tsx';
export { Table, type TableProps, type TableRow } from './table.tsx';
export { Tag, type TagKind } from './tag.tsx';
export { TextArea, type TextAreaProps } from './text-area.tsx';
export { Timeline, type TimelineEvent, type TimelineProps } from './timeline.tsx';
export { CopyButton, type CopyButtonProps, PrintButton } from './tool-buttons.tsx';
export { type Step, type StepState, Track, type TrackProps } from './track.tsx';
export { UNTRANSLATED, VERBATIM, Verbatim, verbatim } from './verbatim.tsx';
