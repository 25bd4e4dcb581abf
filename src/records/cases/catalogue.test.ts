import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { allows, loadCaseCatalogue } from './index.ts';

const arcadia = loadAgency(join(import.meta.dirname, '../../../agencies/arcadia'));
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** The faults of Arcadia's files after a change to their text. */
function faultsAfter(change: (text: string, file: string) => string): string {
  const folder = mkdtempSync(join(tmpdir(), 'portico-agency-'));
  folders.push(folder);
  for (const file of ['forms.json', 'statuses.json']) {
    writeFileSync(join(folder, file), change(readFileSync(join(arcadia.folder, file), 'utf8'), file));
  }
  try {
    loadCaseCatalogue({ ...arcadia, folder });
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe("the built-in agency's catalogue", () => {
  const catalogue = loadCaseCatalogue(arcadia);

  it('has four forms and at least 25 statuses', () => {
    expect([...catalogue.forms.keys()]).toEqual(['NAT-1', 'CARD-2', 'FAM-3', 'WORK-4']);
    expect(catalogue.statuses.size).toBeGreaterThanOrEqual(25);
  });

  it('lets every form begin, go through each of its phases and end well', () => {
    for (const form of catalogue.forms.values()) {
      const statuses = [...catalogue.statuses.values()].filter((status) => allows(form, status));
      for (const phase of form.phases) expect(statuses.some((status) => status.phase === phase)).toBe(true);
      expect(statuses.some((status) => status.ends && status.tone === 'good')).toBe(true);
      expect(statuses.some((status) => status.ends && status.tone === 'bad')).toBe(true);
    }
  });

  it('keeps sentences short enough to be read by a twelve-year-old', () => {
    for (const status of catalogue.statuses.values()) {
      for (const text of [status.text, status.next, status.todo ?? status.text]) {
        for (const sentence of (text['en'] ?? '').split(/[.!?]\s/)) {
          expect(sentence.split(' ').length, sentence).toBeLessThanOrEqual(25);
        }
      }
    }
  });
});

describe('loading a catalogue', () => {
  it('names every missing language at once', () => {
    const faults = faultsAfter((text) =>
      text.replace(', "es": "Revisión"', '').replace(', "es": "Petición familiar"', ''),
    );
    expect(faults).toContain('phase "review", label: no es');
    expect(faults).toContain('form "FAM-3", name: no es');
  });

  it('names the faults of one file beside another that cannot be read, and none that come of that', () => {
    const faults = faultsAfter((text, file) =>
      file === 'forms.json' ? '{' : text.replace(', "es": "Revisión"', ''),
    );
    expect(faults).toContain('phase "review", label: no es');
    expect(faults.split('\n')).toHaveLength(2);
  });

  it('names a phase that is not there', () => {
    expect(faultsAfter((text) => text.replace('"phase": "oath"', '"phase": "party"'))).toContain(
      'status "oath-scheduled": phase "party" is not known',
    );
    expect(faultsAfter((text) => text.replace('"decision", "oath"]', '"decision", "party"]'))).toContain(
      'form "NAT-1": phase "party" is not known',
    );
  });

  it('names a form that is not there, and one without the phase', () => {
    expect(faultsAfter((text) => text.replace('"forms": ["FAM-3"]', '"forms": ["FAM-9"]'))).toContain(
      'status "petition-approved": form "FAM-9" is not known',
    );
    const withoutPhase = faultsAfter((text) =>
      text.replace(
        '["received", "review", "decision", "visa-office"]',
        '["received", "review", "visa-office"]',
      ),
    );
    expect(withoutPhase).toContain('form "FAM-3" has no phase "decision"');
  });

  it('names what is there twice, and a phase of no form', () => {
    expect(faultsAfter((text) => text.replace('"code": "denied"', '"code": "withdrawn"'))).toContain(
      'status "withdrawn" is there twice',
    );
    expect(faultsAfter((text) => text.replace(', "visa-office"]', ']'))).toContain(
      'phase "visa-office" belongs to no form',
    );
  });

  it('refuses a status that waits for the person without saying for what', () => {
    expect(faultsAfter((text) => text.replace('"tone": "moving"', '"tone": "waiting-for-you"'))).toContain(
      'status "case-received": waits for the person without a "todo"',
    );
  });

  it('refuses a field that it does not know', () => {
    expect(faultsAfter((text) => text.replace('"tone"', '"tune": 1, "tone"'))).toContain('tune');
  });
});
