import type { Applicant } from './steps.ts';
import type { Visitor } from './visitor.ts';

const CODE = 'AAAA-BBBB-CCCC';
const AT = '2026-11-20T15:00:00Z';

let cases = 0;

/** A case of an applicant's own, whom no other journey knows, and what the agency says of it. */
export type OwnCase = {
  readonly receipt: string;
  /** Says where the case stands now. */
  say(status: string): Promise<void>;
  /** Says anything else of it, as of now. @param id among all that is said of the case */
  tell(id: string, line: object): Promise<void>;
  /** Takes it out of the account, as the agency does. */
  release(): Promise<void>;
};

/** A case that an applicant claims, who stands on its page then. */
export async function withCase(visitor: Visitor, applicant: Applicant): Promise<OwnCase> {
  const { portico } = visitor;
  cases += 1;
  const receipt = `ARC27${String(process.pid % 10_000).padStart(4, '0')}${String(cases).padStart(4, '0')}`;
  const [given = '', family = ''] = applicant.fullName.split(' ');
  const { born, birthCountry } = applicant;
  let said = 0;
  const say = (status: string) => {
    said += 1;
    const at = new Date(Date.parse(AT) + said * 60_000).toISOString();
    return portico.tell({
      id: `${receipt}-${said}`,
      receipt,
      form: 'NAT-1',
      at,
      status,
      person: { family, given, born, birthCountry },
      ...(said === 1 ? { accessCode: CODE } : {}),
    });
  };
  await say('case-received');
  await visitor.open('/cases/add');
  await visitor.at('Add a case');
  await visitor.fill({ 'Receipt number': receipt, 'Access code': CODE });
  await visitor.press('Add this case');
  await visitor.look();
  return {
    receipt,
    say,
    release: () => portico.release(receipt),
    tell: (id, line) =>
      portico.tell({ id: `${receipt}-${id}`, receipt, at: portico.clock.now().toISOString(), ...line }),
  };
}
