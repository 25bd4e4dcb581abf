import type { Clock } from '../../platform/clock/index.ts';
import type { Foundation } from '../../platform/foundation/index.ts';
import { type Filing, intakeRules } from '../intake/index.ts';
import { type Feed, makeFeed } from './feed.ts';

/**
 * The feed of the agency that a foundation stands on.
 * @param filing where files come from that are named by lines; without it such a line is bad
 */
export function agencyFeed(
  { agency, database, vault }: Pick<Foundation, 'agency' | 'database' | 'vault'>,
  clock: Clock,
  filing?: Filing,
): Feed {
  return makeFeed({
    ...intakeRules(agency, clock),
    database,
    vault,
    ...(filing === undefined ? {} : { filing }),
  });
}
