import { join } from 'node:path';

/** Something wrong in a file of an agency's folder: where in it and what, in plain words. */
export type AgencyFault = {
  /** Inside of the folder. */
  readonly file: string;
  readonly reason: string;
};

/** All that is wrong with what was read of an agency's folder. */
export class AgencyFaults extends Error {
  readonly faults: readonly AgencyFault[];

  constructor(faults: readonly AgencyFault[], folder = '') {
    super(faults.map(({ file, reason }) => `${join(folder, file)}: ${reason}`).join('\n'));
    this.faults = faults;
  }
}

/**
 * Does what may find faults, and goes on after them.
 * @returns what it gave, or undefined where its faults were added to the list
 * @throws whatever else happened
 */
export function collect<T>(faults: AgencyFault[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AgencyFaults)) throw error;
    faults.push(...error.faults);
    return undefined;
  }
}
