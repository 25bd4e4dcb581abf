import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newKeyRing, openVault } from '../../../platform/crypto/index.ts';
import { isSigned, newDeviceToken } from './token.ts';

const vault = openVault(newKeyRing());

it('the token of a device is random, fits its cookie, and is known as one of this server alone', () => {
  const tokens = Array.from({ length: 100 }, () => newDeviceToken(vault));
  expect(new Set(tokens).size).toBe(100);
  for (const token of tokens) {
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(isSigned(vault, token)).toBe(true);
    expect(isSigned(openVault(newKeyRing()), token)).toBe(false);
  }
});

it('a token that somebody made or changed is none', () => {
  const token = newDeviceToken(vault);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  fc.assert(
    // The last character has two bits that say nothing.
    fc.property(fc.nat(41), fc.constantFrom(...alphabet), (at, character) => {
      fc.pre(token[at] !== character);
      expect(isSigned(vault, token.slice(0, at) + character + token.slice(at + 1))).toBe(false);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(isSigned(vault, text)).toBe(false);
    }),
  );
});
