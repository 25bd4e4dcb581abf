import { Button, Form, Layout, type Page, Select } from '../../../platform/ui/index.ts';
import { zoneName, zoneOptions } from '../../../platform/zones/index.ts';

/** Asks for the zone in which a person reads times; a script offers that of the device. */
export function ZonePage({ page, zone }: { readonly page: Page; readonly zone: string | null }) {
  const { t, language } = page.words;
  const agency = zoneName(page.agency.timeZone, language, page.now);
  return (
    <Layout page={page} title={t('time-zone.choose')}>
      <h1>{t('time-zone.choose')}</h1>
      <p>{t('time-zone.text')}</p>
      <Form page={page} action="/account/time-zone">
        <portico-zone for="zone" data-offer={t('time-zone.offer')} data-same={t('time-zone.device-same')}>
          <Select
            name="zone"
            label={t('time-zone.title')}
            options={zoneOptions(page.words, page.now)}
            placeholder={t('time-zone.as-agency', { zone: agency })}
            value={zone ?? ''}
          />
        </portico-zone>
        <Button>{t('account.save')}</Button>
      </Form>
      <p>
        <a href="/account">{t('account.back')}</a>
      </p>
    </Layout>
  );
}
