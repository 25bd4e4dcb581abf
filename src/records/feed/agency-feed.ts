import type { Clock } from '../../platform/clock/index.ts';
import type { Foundation } from '../../platform/foundation/index.ts';
import { loadCaseCatalogue } from '../cases/index.ts';
import { type Feed, makeFeed } from './feed.ts';

/** The feed of the agency that a foundation stands on. */
export function agencyFeed(
  { agency, database, vault }: Pick<Foundation, 'agency' | 'database' | 'vault'>,
  clock: Clock,
): Feed {
  return makeFeed({
    database,
    vault,
    clock,
    catalogue: loadCaseCatalogue(agency),
    receiptPrefix: agency.receipt.prefix,
    languages: agency.languages,
  });
}
