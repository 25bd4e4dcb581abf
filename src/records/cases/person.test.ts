import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newKeyRing, openVault } from '../../platform/crypto/index.ts';
import {
  agencyNumberIndexes,
  claimedPersonIndexes,
  nameParts,
  personIndexes,
  recordedPersonIndexes,
  writtenName,
} from './person.ts';

const names = fc.oneof(
  fc.constantFrom(
    'Łukasz',
    'O’Brien',
    'Nguyễn',
    'سعاد',
    '김민수',
    'İpek',
    'Straße',
    'さくら',
    'अनन्या',
    'ΑΝΔΡΈΑΣ',
    'Þór',
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);

describe('parts of a name', () => {
  it.each([
    ['Amina Haddad', 'HADDAD, amina'],
    ["Siobhán O'Brien", 'siobhan o’brien'],
    ["Siobhan O'Brien", 'OBrien Siobhan'],
    ['Jean-Luc Picot', 'Jean Luc PICOT'],
    ['Łukasz Żuk', 'lukasz zuk'],
    ['Đặng Văn Đức', 'dang van duc'],
    ['Straße', 'STRASSE'],
    ['İpek Yıldız', 'ipek yildiz'],
    ['Ανδρέας', 'ΑΝΔΡΕΑΣ'],
    ['王小明', '小明 王'],
    ['김 민수', '김민수'],
    ['髙橋 さくら', '髙橋さくら'],
    ['أَحْمَد العلي', 'احمد العلي'],
    ['Ｗａｎｇ　Ｌｉ', 'li wang'],
    ['Conceição', 'Conceic\u0327a\u0303o'],
  ])('%s is %s', (one, other) => {
    expect(nameParts(one)).toEqual(nameParts(other));
  });

  it.each([
    ['Amina Haddad', 'Amina'],
    ['Amina Amina', 'Amina'],
    ['Ana', 'Anna'],
    ['王小明', '王小红'],
    ['कि', 'का'],
    ['はな', 'ばな'],
    ['Amina Haddad', 'AminaHaddad'],
  ])('%s is not %s', (one, other) => {
    expect(nameParts(one)).not.toEqual(nameParts(other));
  });

  it('are none for what is not a name', () => {
    for (const nothing of ['', ' ', '-', '...', '\u200f\u200d', "'"]) expect(nameParts(nothing)).toEqual([]);
  });

  it('do not depend on the order of the words, on case, or on the form of the letters', () => {
    fc.assert(
      fc.property(fc.array(names, { maxLength: 5 }), (words) => {
        const parts = nameParts(words.join(' '));
        expect(nameParts(words.toReversed().join(' - '))).toEqual(parts);
        expect(nameParts(words.join(' ').normalize('NFD'))).toEqual(parts);
        expect(nameParts(words.join(' ').normalize('NFC'))).toEqual(parts);
      }),
    );
  });

  it('do not depend on case for letters that have it', () => {
    expect(nameParts('STRAẞER')).toEqual(nameParts('Straßer'));
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aäßéiıñoøúzžσςжїΩ '), maxLength: 20 }), (name) => {
        expect(nameParts(name.toUpperCase())).toEqual(nameParts(name));
      }),
    );
  });

  it('stay the same when they are taken again', () => {
    fc.assert(
      fc.property(names, (name) => {
        const parts = nameParts(name);
        expect(nameParts(parts.join(' '))).toEqual(parts);
      }),
    );
  });
});

describe('index of a person', () => {
  const vault = openVault(newKeyRing());
  const person = { family: 'Haddad', given: 'Amina', born: '1989-04-17', birthCountry: 'LB' };
  const named = { fullName: 'Amina Haddad', born: '1989-04-17', birthCountry: 'LB' };

  it('is the same however the name is put together', () => {
    expect(personIndexes(vault, named)).toEqual(recordedPersonIndexes(vault, person));
    const oneWord = { ...named, fullName: 'Wulandari' };
    expect(personIndexes(vault, oneWord)).toEqual(
      recordedPersonIndexes(vault, { ...person, given: 'Wulandari', family: '' }),
    );
    expect(personIndexes(vault, oneWord)).toEqual(
      recordedPersonIndexes(vault, { ...person, given: '', family: 'Wulandari' }),
    );
  });

  it('differs by date and by country of birth', () => {
    expect(personIndexes(vault, { ...named, born: '1989-04-18' })[0]).not.toEqual(
      personIndexes(vault, named)[0],
    );
    expect(personIndexes(vault, { ...named, birthCountry: 'SY' })[0]).not.toEqual(
      personIndexes(vault, named)[0],
    );
  });

  it.each([
    ['Jörg MÜLLER', 'Joerg Mueller'],
    ['Jörg Müller', 'JÖRG MUELLER'],
    ['Joerg Mueller', 'Jörg Müller'],
    ['Michael Müller', 'Michael Mueller'],
    ['Manuel Weiß', 'MANUEL WEISS'],
    ['Kirsten Ågård', 'KIRSTEN AAGAARD'],
    ['Søren Læsø', 'SOEREN LAESOE'],
    ['Singh', 'FNU Singh'],
    ['FNU Singh', 'Singh'],
    ['Singh', 'XXX Singh'],
    ['Wulandari', 'Wulandari LNU'],
    ['Singh', '- Singh'],
    ['Ama\u200bra O’Brien', 'AMARA OBRIEN'],
  ])('is found where a person is %s and the record says %s', (fullName, recorded) => {
    const written = personIndexes(vault, { ...named, fullName: recorded })[0];
    const claimed = claimedPersonIndexes(vault, { ...named, fullName });
    expect(claimed.some((index) => index.equals(written))).toBe(true);
  });

  it.each([
    ['Jorg Muller', 'Jörg Mueller Singh'],
    ['FNU', ''],
    ['XXX', 'Singh'],
    ['Ana Müller', 'Anna Müller'],
    ['Singh', 'Kaur Singh'],
  ])('is not found where a person is %s and the record says %s', (fullName, recorded) => {
    const written = personIndexes(vault, { ...named, fullName: recorded })[0];
    const claimed = claimedPersonIndexes(vault, { ...named, fullName });
    expect(claimed.some((index) => index.equals(written))).toBe(false);
  });

  it('is found as ever for whatever name, by few ways to write it', () => {
    fc.assert(
      fc.property(fc.oneof(names, fc.constant('aeoeue'.repeat(20))), (fullName) => {
        const claimed = claimedPersonIndexes(vault, { ...named, fullName });
        expect(claimed[0]).toEqual(personIndexes(vault, { ...named, fullName })[0]);
        expect(claimed.length).toBeLessThanOrEqual(129);
      }),
    );
  });

  it('finds an agency number however it is spaced', () => {
    expect(agencyNumberIndexes(vault, 'A012-345 678')).toEqual(agencyNumberIndexes(vault, 'a012345678'));
  });
});

it.each([
  ['Haddad', 'Amina', 'Amina Haddad'],
  ['Wulandari', '', 'Wulandari'],
  ['', 'Wulandari', 'Wulandari'],
  ['欧阳', '雨桐', '欧阳雨桐'],
  ['김', '민준', '김민준'],
  ['やまだ', 'たろう', 'やまだたろう'],
  ['حداد', 'أمينة', 'أمينة حداد'],
  ['Singh', 'FNU', 'Singh'],
  ['Singh', '-', 'Singh'],
  ['XXX', 'Wulandari', 'Wulandari'],
  ['LNU', 'FNU', 'FNU LNU'],
])('a name of the family %s and the given name %s is written %s', (family, given, written) => {
  expect(writtenName({ family, given })).toBe(written);
});
