import { DAY } from '../platform/clock/index.ts';
// What makes certificates asks for it first.
import 'reflect-metadata';
import { KeyObject } from 'node:crypto';
import {
  BasicConstraintsExtension,
  type JsonGeneralName,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A certificate and its key in PEM. */
export type TestCertificate = { readonly certificate: string; readonly key: string };

/** An authority of this test's own. */
export type TestAuthority = {
  /** What trusts it is given. */
  readonly certificate: string;
  /** @param days from and to which it is valid, counted from a time */
  issue(name: string, about?: { at?: Date; days?: readonly [number, number] }): Promise<TestCertificate>;
};

export async function testAuthority(): Promise<TestAuthority> {
  const keys = await newKeys();
  const subject = 'CN=Test authority';
  const from = new Date(0);
  const to = new Date(Date.UTC(2100, 0));
  const root = await X509CertificateGenerator.createSelfSigned({
    name: subject,
    notBefore: from,
    notAfter: to,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [new BasicConstraintsExtension(true, 0, true)],
  });
  return {
    certificate: pem(root),
    issue: async (name, { at = new Date(), days: [first, last] = [-1, 90] } = {}) => {
      const own = await newKeys();
      const names: JsonGeneralName[] = [
        { type: 'dns', value: name },
        { type: 'ip', value: '127.0.0.1' },
      ];
      const certificate = await X509CertificateGenerator.create({
        subject: `CN=${name}`,
        issuer: subject,
        notBefore: new Date(at.getTime() + first * DAY),
        notAfter: new Date(at.getTime() + last * DAY),
        signingAlgorithm: ALGORITHM,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        extensions: [new SubjectAlternativeNameExtension(names)],
      });
      const key = KeyObject.from(own.privateKey).export({ type: 'pkcs8', format: 'pem' });
      return { certificate: pem(certificate), key: String(key) };
    },
  };
}

const newKeys = () => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
const pem = (certificate: X509Certificate) => `${certificate.toString('pem')}\n`;
