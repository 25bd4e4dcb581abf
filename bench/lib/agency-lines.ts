import { z } from 'zod';
import { agencies, cases, feed, notices } from './product.ts';

const Status = z.object({ id: z.string(), receipt: z.string(), at: z.string(), status: z.string() });
type Status = z.infer<typeof Status>;

/** Lines of invented statuses, without line endings. */
export function statusLines(agencyFolder: string, count: number): Iterable<string> {
  const agency = agencies.loadAgency(agencyFolder);
  const material = feed.loadDemoMaterial(agency, cases.loadCaseCatalogue(agency));
  return feed.generateFeed(material, { seed: 7, events: count });
}

/** The notice that comes with a status, where one does. */
const NOTICES: Readonly<Record<string, string>> = {
  'case-received': 'receipt',
  'biometrics-scheduled': 'biometrics-appointment',
  'interview-scheduled': 'interview',
  'interview-rescheduled': 'interview',
  'request-for-evidence-sent': 'request-for-evidence',
  'case-transferred': 'transfer',
  approved: 'approval',
  'petition-approved': 'approval',
  'recommended-for-approval': 'approval',
  denied: 'denial',
};
/** How a request for papers ends by what the case comes to. */
const ANSWERS: Readonly<Record<string, string>> = {
  'evidence-received': 'answered',
  'closed-without-answer': 'expired',
};

/** What has been said of a case, as far as later lines refer to it. */
type Said = { interview: string | null; request: string | null };

/**
 * Lines of all that an agency says of its cases: invented statuses, and with them the notices, requests for papers and
 * withdrawals that a real agency would send. Copies on paper are left out, since nobody has asked for one, and so are files.
 * @param statuses how many of the lines are statuses; two in five come beside
 * @returns the lines, without line endings
 */
export function* agencyLines(agencyFolder: string, statuses: number): Generator<string> {
  const { folder, languages } = agencies.loadAgency(agencyFolder);
  const templates = notices.loadTemplates(folder, languages);
  const all = new Map<string, Said>();
  for (const line of statusLines(agencyFolder, statuses)) {
    yield line;
    const status = Status.parse(JSON.parse(line));
    const said = all.get(status.receipt) ?? { interview: null, request: null };
    all.set(status.receipt, said);
    for (const beside of linesBeside(status, said, templates)) yield JSON.stringify(beside);
  }
}

function* linesBeside(
  { id, receipt, at, status }: Status,
  said: Said,
  templates: ReturnType<typeof notices.loadTemplates>,
): Generator<object> {
  const of = { receipt, at };
  const version = templates.find(NOTICES[status] ?? '');
  const document = `${id}-d`;
  if (version !== undefined) {
    const replaces = status === 'interview-rescheduled' ? said.interview : null;
    yield {
      kind: 'document',
      id: document,
      ...of,
      type: version.kind,
      issuedOn: at.slice(0, 10),
      template: {
        name: version.template,
        data: Object.fromEntries(Object.entries(version.fields).map(([name, { sample }]) => [name, sample])),
      },
      ...(replaces === null ? {} : { replaces }),
    };
    if (version.template === 'interview') said.interview = document;
  }
  if (status === 'request-for-evidence-sent') {
    said.request = `${id}-r`;
    const papers = [
      { name: 'Your tax papers of 3 years', note: 'All pages' },
      { name: 'Marriage certificate' },
    ];
    const dueOn = new Date(Date.parse(at) + NINETY_DAYS).toISOString().slice(0, 10);
    yield { kind: 'evidence-request', id: said.request, ...of, papers, dueOn, document };
  }
  const state = ANSWERS[status];
  if (state !== undefined && said.request !== null) {
    yield { kind: 'evidence-request-state', id: `${id}-s`, ...of, request: said.request, state };
    said.request = null;
  }
  if (status === 'interview-cancelled' && said.interview !== null) {
    yield { kind: 'document-withdrawn', id: `${id}-w`, ...of, document: said.interview };
    said.interview = null;
  }
}

const NINETY_DAYS = 90 * 24 * 60 * 60 * 1000;
