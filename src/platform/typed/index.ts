export { codeLetters, digitCode, likeDigits, plainDigits, plainNumber } from './codes.ts';
export { type EmailFault, emailFault, tidyEmail, writtenEmail } from './email.ts';
export { linkIn } from './link-token.ts';
export { tidyPhone } from './phone.ts';
export { isName, isNoName, legible, tidyLine, tidyName } from './text.ts';
export { faultOfPattern, numberOf, writtenNumber } from './written-number.ts';
