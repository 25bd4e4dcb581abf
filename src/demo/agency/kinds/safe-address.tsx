import { type PlayKind, playPath, saying } from '../kind.ts';

const PATH = 'safe-address';

/** That letters about a case go to an address agreed with the person, or again where the person says. */
export const safeAddress: PlayKind = {
  path: PATH,
  offers: ({ page, played }) => {
    const { t } = page.words;
    return (
      <section>
        <h2>{t('demo.play-safe')}</h2>
        <p>{t(played.goesElsewhere ? 'demo.play-safe-is' : 'demo.play-safe-is-not')}</p>
        <p>
          <a href={playPath(played.receipt, PATH)}>
            {t(played.goesElsewhere ? 'demo.play-safe-lift' : 'demo.play-safe-set')}
          </a>
        </p>
      </section>
    );
  },
  form: ({ page, played: { goesElsewhere } }) => {
    const { t } = page.words;
    return {
      title: t(goesElsewhere ? 'demo.play-safe-lift' : 'demo.play-safe-set'),
      text: t(goesElsewhere ? 'demo.play-safe-lift-text' : 'demo.play-safe-set-text'),
      fields: [],
      say: () => saying('safe-address', { state: goesElsewhere ? 'lifted' : 'set' }),
    };
  },
};
