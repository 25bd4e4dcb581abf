import { Form, PasskeyButton } from '../../../platform/ui/index.ts';
import type { Enrolment } from '../factors/index.ts';
import { passkeyMade } from './answers.ts';
import type { Passkeys } from './passkeys.ts';

/** Has a first passkey made. */
export function passkeyEnrolment({
  passkeys,
  agencyIn,
}: {
  passkeys: Pick<Passkeys, 'offerFirst' | 'checkFirst'>;
  /** What the agency is called, for the device to show. */
  agencyIn: (language: string) => string;
}): Enrolment {
  return {
    words: {
      name: 'passkeys.enrol-name',
      about: 'passkeys.enrol-about',
      need: 'passkeys.enrol-need',
      title: 'passkeys.enrol-title',
      text: 'passkeys.add-text',
      wrong: 'passkeys.add-wrong',
    },
    answer: passkeyMade,
    ask: async (enrolling) => {
      const options = await passkeys.offerFirst(enrolling, agencyIn(enrolling.language));
      return ({ page, action, errors }) => (
        <Form page={page} action={action}>
          <PasskeyButton
            page={page}
            ceremony="create"
            options={options}
            error={errors[0]?.text}
            without={page.words.t('passkeys.enrol-without')}
          >
            {page.words.t('passkeys.add-button')}
          </PasskeyButton>
        </Form>
      );
    },
    check: async (enrolling, answer) => {
      const bind = await passkeys.checkFirst(enrolling, answer);
      return bind === null ? { is: 'wrong' } : { is: 'right', bind };
    },
  };
}
