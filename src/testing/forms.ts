import { z } from 'zod';
import { type FitToKeep, fieldsToKeep, type Typed } from '../platform/http/index.ts';

/** What was typed into a form none of whose fields is a secret. */
export const plainForm = (typed: Typed): FitToKeep =>
  fieldsToKeep([z.record(z.string(), z.unknown())], typed);
