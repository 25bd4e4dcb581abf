import type { PlayKind } from '../kind.ts';
import { appointment, appointmentState } from './appointment.tsx';
import { contact } from './contact.tsx';
import { message } from './message.tsx';
import { notice } from './notice.tsx';
import { paperCopy } from './paper-copy.tsx';
import { request } from './request.tsx';
import { requestState } from './request-state.tsx';
import { safeAddress } from './safe-address.tsx';
import { status } from './status.tsx';
import { withdrawal } from './withdrawal.tsx';

/** All that a visitor can let the agency say, in the order in which a case's page has it. */
export const PLAY_KINDS: readonly PlayKind[] = [
  status,
  notice,
  withdrawal,
  request,
  requestState,
  paperCopy,
  contact,
  safeAddress,
  appointment,
  appointmentState,
  message,
];
