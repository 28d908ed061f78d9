/** How a secret can look: written out here on its own, so that the redaction under test is not its own judge. */

/** A secret that is looked for. */
export interface Canary {
  readonly name: string;
  readonly value: string;
  /** `key` opens an account and is shown nowhere; `link` opens one dashboard and is a result where it was asked for. */
  readonly kind: 'key' | 'link';
}

/** The secret as it is, JSON- and URL-escaped, in Base64 at every alignment, and both ends of a long key. */
export function facesOf({ value: secret, kind }: Canary): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const ascii = json.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const url = encodeURIComponent(secret);
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  const halves = kind === 'link' || secret.length < 24 ? [] : [secret.slice(0, 16), secret.slice(-16)];
  return [
    ...new Set([
      secret,
      json,
      JSON.stringify(json).slice(1, -1),
      ascii,
      json.replaceAll('/', '\\/'),
      url,
      url.toLowerCase(),
      encodeURIComponent(url),
      form,
      encodeURI(secret),
      ...halves,
      ...inBase64(secret),
    ]),
  ];
}

/** What of the secret's Base64 does not depend on what stands around it, for each of the three alignments. */
function inBase64(secret: string): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret), Buffer.alloc(3)]).toString(
      'base64',
    );
    const from = Math.ceil((shift * 8) / 6);
    const to = Math.floor(((shift + Buffer.byteLength(secret)) * 8) / 6);
    const own = encoded.slice(from, to);
    return [own, own.replaceAll('+', '-').replaceAll('/', '_'), encodeURIComponent(own)];
  });
}

/** A face of a canary in a text. */
export interface Hit {
  readonly canary: string;
  readonly face: string;
  /** The text around it. */
  readonly around: string;
}

/** The canaries that a text holds, each once. */
export function hitsIn(text: string, canaries: readonly Canary[]): readonly Hit[] {
  return canaries.flatMap((canary) => {
    for (const face of knownFaces(canary)) {
      const at = text.indexOf(face);
      if (at >= 0)
        return [
          { canary: canary.name, face, around: text.slice(Math.max(0, at - 60), at + face.length + 20) },
        ];
    }
    return [];
  });
}

const known = new Map<string, readonly string[]>();

function knownFaces(canary: Canary): readonly string[] {
  const found = known.get(canary.value) ?? facesOf(canary);
  known.set(canary.value, found);
  return found;
}
