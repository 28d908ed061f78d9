/** Certificates made on the spot: X.509 in DER, written by hand, since Node can read them but not issue them. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

export interface Issued {
  readonly cert: string;
  readonly key: string;
  readonly privateKey: KeyObject;
  readonly name: string;
}

export interface CertificateWishes {
  readonly name: string;
  /** DNS names. */
  readonly hosts?: readonly string[];
  /** IPv4 addresses. */
  readonly addresses?: readonly string[];
  readonly notAfter?: Date;
  /** Self-signed without one. */
  readonly issuer?: Issued;
}

/** Issues a certificate; without hosts and addresses, one of an authority. */
export function issue({ name, hosts = [], addresses = [], notAfter, issuer }: CertificateWishes): Issued {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const authority = hosts.length + addresses.length === 0;
  const alternatives = sequence(
    ...hosts.map((host) => der(0x82, Buffer.from(host))),
    ...addresses.map((address) => der(0x87, Buffer.from(address.split('.').map(Number)))),
  );
  const extension = authority
    ? sequence(
        oid('551d13'),
        der(0x01, Buffer.from([0xff])),
        der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
      )
    : sequence(oid('551d11'), der(0x04, alternatives));
  const serial = Buffer.concat([
    Buffer.from([1]),
    Buffer.from(privateKey.export({ type: 'sec1', format: 'der' })).subarray(8, 16),
  ]);
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    distinguished(issuer?.name ?? name),
    sequence(time(new Date(Date.UTC(2020, 0, 1))), time(notAfter ?? new Date(Date.UTC(2049, 0, 1)))),
    distinguished(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  const signature = sign('sha256', body, issuer?.privateKey ?? privateKey);
  const whole = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = (whole.toString('base64').match(/.{1,64}/g) ?? []).join('\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey,
    name,
  };
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function distinguished(name: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
}

function time(date: Date): Buffer {
  return der(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
}
