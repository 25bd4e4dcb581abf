import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AgencyFault,
  AgencyFaults,
  collect,
  type Localized,
  readAgencyFile,
} from '../../platform/agency/index.ts';
import { LAYOUT_VERSION } from '../../platform/pdf/index.ts';
import { canonicalJson } from './canonical-json.ts';
import { faultsOfVersion } from './check.ts';
import {
  type DocumentKind,
  KindsFile,
  TemplateFile,
  type TemplateFileContent,
  type VersionFileContent,
} from './schema.ts';

/** One version of a template: what a notice is made of. */
export type NoticeVersion = VersionFileContent & {
  readonly template: string;
  readonly kind: string;
  readonly name: Localized;
  /** SHA-256 in hexadecimal, of all that the version says and of the layout of PDFs. */
  readonly hash: string;
};

/** A notice of the agency, without the data of a case. */
export type NoticeTemplate = {
  readonly id: string;
  /** Inside of the agency's folder. */
  readonly file: string;
  readonly kind: string;
  /** What people call such a notice. */
  readonly name: Localized;
  readonly asks: TemplateFileContent['asks'];
  /** What new notices are made of. */
  readonly current: NoticeVersion;
  readonly versions: ReadonlyMap<number, NoticeVersion>;
};

export type NoticeTemplates = {
  readonly kinds: ReadonlyMap<string, DocumentKind>;
  readonly all: ReadonlyMap<string, NoticeTemplate>;
  /** A version, the current one without a number; undefined when the agency has no such template. */
  find(id: string, version?: number): NoticeVersion | undefined;
};

const KINDS_FILE = 'document-kinds.json';
const FOLDER = 'notices';

/**
 * Reads `document-kinds.json` and `notices/*.json` of an agency's folder.
 * @throws {AgencyFaults} with every fault of every file
 */
export function loadTemplates(agencyFolder: string, languages: readonly string[]): NoticeTemplates {
  const { templates, faults } = readTemplates(agencyFolder, languages);
  if (faults.length > 0) throw new AgencyFaults(faults, agencyFolder);
  return templates;
}

/** The same for whoever wants to know what is wrong; what can be read is there. */
export function readTemplates(
  agencyFolder: string,
  languages: readonly string[],
): { readonly templates: NoticeTemplates; readonly faults: readonly AgencyFault[] } {
  const faults: AgencyFault[] = [];
  const kindsFile = collect(faults, () => readAgencyFile(agencyFolder, KINDS_FILE, KindsFile));
  const kinds = kindsFile?.kinds ?? [];
  for (const { code, name } of kinds) {
    if (kinds.filter((kind) => kind.code === code).length > 1)
      faults.push({ file: KINDS_FILE, reason: `kind "${code}" is there twice` });
    for (const language of languages)
      if (name[language] === undefined)
        faults.push({ file: KINDS_FILE, reason: `kind "${code}": no ${language}` });
  }

  const all = new Map<string, NoticeTemplate>();
  for (const name of noticeFiles(agencyFolder)) {
    const file = `${FOLDER}/${name}`;
    const read = collect(faults, () => readAgencyFile(agencyFolder, file, TemplateFile));
    if (read === undefined) continue;
    const fault = (reason: string) => faults.push({ file, reason });
    if (`${read.id}.json` !== name) fault(`its id is "${read.id}", which is not the name of the file`);
    if (kindsFile !== undefined && !kinds.some(({ code }) => code === read.kind))
      fault(`no kind "${read.kind}" in ${KINDS_FILE}`);
    for (const language of languages) if (read.name[language] === undefined) fault(`name: no ${language}`);
    read.versions.forEach(({ version }, at) => {
      if (version !== at + 1)
        fault(`versions are numbered from 1 on, without a gap: ${version} is at ${at + 1}`);
    });
    for (const version of read.versions)
      for (const reason of faultsOfVersion(version, languages))
        fault(`version ${version.version}: ${reason}`);
    for (const { version, fields } of read.asks === undefined ? [] : read.versions) {
      const day = fields[read.asks?.day ?? ''];
      if (day === undefined || day.optional || !(day.type === 'date' || day.type === 'day'))
        fault(`version ${version}: asks: "${read.asks?.day}" is no day that every notice has`);
    }
    const versions = read.versions.map((version) => ({
      ...version,
      template: read.id,
      kind: read.kind,
      name: read.name,
      hash: hashOf(read.id, version),
    }));
    const current = versions.at(-1);
    if (current !== undefined)
      all.set(read.id, {
        id: read.id,
        file,
        kind: read.kind,
        name: read.name,
        asks: read.asks,
        current,
        versions: new Map(versions.map((version) => [version.version, version])),
      });
  }

  const find = (id: string, version?: number) => {
    const template = all.get(id);
    return version === undefined ? template?.current : template?.versions.get(version);
  };
  return { templates: { kinds: new Map(kinds.map((kind) => [kind.code, kind])), all, find }, faults };
}

const noticeFiles = (agencyFolder: string): readonly string[] =>
  existsSync(join(agencyFolder, FOLDER))
    ? readdirSync(join(agencyFolder, FOLDER))
        .filter((name) => name.endsWith('.json'))
        .sort()
    : [];

const hashOf = (template: string, version: VersionFileContent): string =>
  createHash('sha256')
    .update(canonicalJson({ template, version, layout: LAYOUT_VERSION }))
    .digest('hex');
