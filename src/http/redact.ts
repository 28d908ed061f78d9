/**
 * Nothing that leaves the HTTP layer for a human (debug lines, errors, excerpts) may hold a secret. Known secrets are
 * masked in every form that they take on the wire; capability tokens in addresses and values of telling names are masked
 * even when nobody announced them.
 */

/** What stands in the place of a secret. */
export const mask = '***';

/** Removes secrets from a text. */
export type Redactor = (text: string) => string;

const sensitiveName =
  /token|passw|secret|api[-_]?key|app(?:lication)?[-_]?key|authorization|credential|cookie|session|invite[-_]?code|signature|jwt/i;

/** Whether a header, query or JSON name says that its value is a secret. */
export function isSensitiveName(name: string): boolean {
  return sensitiveName.test(name) || /^(key|code|auth|sig|pwd)$/i.test(name);
}

/**
 * 16 characters, a dash, 32 hex digits: a Datadog share token (api/datadog.md, shared dashboards). A URL escape may stand
 * before it, which ends in a letter or digit of its own.
 */
const shareToken = /(?<![a-z0-9](?<!%[0-9a-f]{2}))[a-z0-9]{16}-[0-9a-f]{32}(?![a-z0-9])/gi;

/** What follows these segments in a path, plain or URL-encoded, opens a dashboard or an invitation. */
const capabilityPath =
  /((?:\/|%2f)(?:public(?:\/|%2f)dashboards|public-dashboards|public|shared_dashboards|shared|embedded|invites?)(?:\/|%2f))((?:[^/?#\s"'<>\\%]|%(?!2f|3f|23|20|22))+)/gi;

const jsonString = /"((?:[^"\\]|\\.){1,64})"(\s*:\s*)"((?:[^"\\]|\\.)*)"/g;
const queryValue = /([?&])([^=&#\s"'<>]{1,64})=([^&#\s"'<>\\]*)/g;
const urlPassword = /(:\/\/)[^\s/@:"']{0,256}:[^\s/@"']{0,1024}@/g;

/**
 * Builds the redactor of one client: every secret is masked plain, base64 (at any offset, as in basic credentials),
 * URL-encoded and JSON-escaped; share tokens, capability paths, sensitive query values and JSON strings by their shape.
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  const known = patternOf(secrets);
  return (text) => {
    const masked = known === null ? text : text.replace(known, mask);
    return maskShapes(masked);
  };
}

/** A redactor that also masks, in every form, what stands in an address and opens something: a server may repeat it. */
export function redactorFor(address: string, redact: Redactor): Redactor {
  let own: Redactor | null = null;
  return (text) => {
    own ??= createRedactor([
      ...(address.match(shareToken) ?? []),
      ...[...address.matchAll(capabilityPath)].map(([, , token = '']) => token),
    ]);
    return redact(own(text));
  };
}

/** A value with every text in it redacted, however deep; keys stay. */
export function redactWithin(value: unknown, redact: Redactor): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((one) => redactWithin(one, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, redactWithin(one, redact)]));
}

function maskShapes(text: string): string {
  return text
    .replace(urlPassword, `$1${mask}@`)
    .replace(shareToken, mask)
    .replace(capabilityPath, `$1${mask}`)
    .replace(jsonString, (whole, name: string, colon: string) =>
      isSensitiveName(name) ? `"${name}"${colon}"${mask}"` : whole,
    )
    .replace(queryValue, (whole, lead: string, name: string) =>
      isSensitiveName(name) ? `${lead}${name}=${mask}` : whole,
    );
}

function patternOf(secrets: readonly string[]): RegExp | null {
  const forms = new Set(secrets.filter((secret) => secret !== '').flatMap(formsOf));
  if (forms.size === 0) return null;
  // The longest first, so that a secret that contains another one disappears whole.
  const sorted = [...forms].sort((a, b) => b.length - a.length);
  return new RegExp(sorted.map(wordOf).join('|'), 'g');
}

/** Very short secrets are masked as whole words only: a password "a" must not shred every message. */
function wordOf(form: string): string {
  const escaped = form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return form.length >= 4 ? escaped : `(?<![A-Za-z0-9])${escaped}(?![A-Za-z0-9])`;
}

function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const url = encodeURIComponent(wellFormed(secret));
  const inAddresses = [
    url,
    // RFC 3986 reserves these as well.
    url.replace(/[!'()*]/g, hex),
    new URLSearchParams({ '': secret }).toString().slice(1),
    encodeURI(wellFormed(secret)),
  ];
  // Servers differ in what they escape beyond need: nothing, what is not ASCII, what HTML would read.
  const inJson = [json, json.replace(/[^\x20-\x7e]/g, unicode), json.replace(/[<>&\u2028\u2029]/g, unicode)];
  return [
    secret,
    ...inJson,
    ...inJson.map((form) => form.replaceAll('/', '\\/')),
    ...inAddresses,
    ...inAddresses.map(lowerHex),
    ...base64Forms(secret),
  ];
}

/** Base64 of the secret inside anything longer: three alignments, without the characters that neighbours decide. */
function base64Forms(secret: string): string[] {
  const forms = [Buffer.from(secret).toString('base64')];
  for (const before of ['', ' ', '  ']) {
    const bytes = Buffer.from(before + secret);
    // A character holds six bits: from the first one that begins in the secret to the last one that ends in it.
    const first = Math.ceil((before.length * 8) / 6);
    const core = bytes.toString('base64').slice(first, Math.floor((bytes.length * 8) / 6));
    if (core.length >= 6) forms.push(core, core.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return [...forms, ...forms.map(encodeURIComponent)];
}

function unicode(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function hex(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function lowerHex(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (triple) => triple.toLowerCase());
}

/** Lone surrogates become U+FFFD, as on the wire. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
