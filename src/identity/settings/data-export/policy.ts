import { z } from 'zod';
import { whole } from '../../core/policy/index.ts';

/** How long a person's copy of their data waits to be fetched. */
export const dataExportPolicy = z.strictObject({ days: whole.default(7) }).prefault({});

declare module '../../core/policy/policy.ts' {
  interface PolicySections {
    readonly dataExport: z.infer<typeof dataExportPolicy>;
  }
}
