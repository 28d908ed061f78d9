/** Bodies within bounds: decoded and counted while they arrive, scanned for depth before they are parsed. */
import { createGunzip, type Gunzip } from 'node:zlib';

/** Bounds on answers (reliability: decoded size, decoded : encoded, error bodies, nesting). Bytes and levels. */
export const bodyLimits = {
  decoded: 64 * 1024 * 1024,
  error: 64 * 1024,
  ratio: 200,
  /** The ratio counts from here on: small answers compress well without malice. */
  ratioFrom: 1024 * 1024,
  depth: 512,
} as const;

/** Why a body was given up. */
export type BodyTrouble = 'too-large' | 'bomb' | 'encoding' | 'torn';

/** A body that cannot be had whole. */
export class BodyError extends Error {
  readonly trouble: BodyTrouble;

  constructor(trouble: BodyTrouble, message: string, cause?: unknown) {
    super(message, { cause });
    this.trouble = trouble;
  }
}

/** How much to read. With `cut`, the rest beyond `most` bytes is dropped instead of being an error. */
export interface BodyBounds {
  readonly most: number;
  readonly cut: boolean;
}

/** Collects one body. Either `done` resolves with the decoded bytes, or it rejects with a {@link BodyError}. */
export class BodySink {
  /** The decoded body. */
  readonly done: Promise<Uint8Array>;
  /** Bytes on the wire so far. */
  encoded = 0;

  readonly #bounds: BodyBounds;
  readonly #chunks: Uint8Array[] = [];
  readonly #gunzip: Gunzip | null;
  #decoded = 0;
  #settled = false;
  #resolve: (body: Uint8Array) => void = () => undefined;
  #reject: (error: BodyError) => void = () => undefined;

  /** @param encoding the `content-encoding` of the answer. */
  constructor(encoding: string | undefined, bounds: BodyBounds) {
    this.#bounds = bounds;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const coding = (encoding ?? '').trim().toLowerCase();
    const zipped = coding === 'gzip' || coding === 'x-gzip';
    this.#gunzip = zipped ? this.#unzip() : null;
    if (!zipped && coding !== '' && coding !== 'identity') {
      this.fail(
        new BodyError(
          'encoding',
          `The answer is encoded as ${JSON.stringify(coding)}, which nobody asked for.`,
        ),
      );
    }
  }

  /** What has been decoded so far. */
  get partial(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }

  /** Takes bytes off the wire. False asks for a pause until `drained` is called. */
  write(chunk: Uint8Array, drained: () => void): boolean {
    if (this.#settled) return true;
    this.encoded += chunk.length;
    if (this.#gunzip === null) {
      this.#take(chunk);
      return true;
    }
    if (this.#gunzip.write(chunk)) return true;
    this.#gunzip.once('drain', drained);
    return false;
  }

  /** The wire has no more. */
  end(): void {
    // A gzip body of no bytes at all is an empty body, not a torn one.
    if (this.#gunzip === null || this.encoded === 0) this.#finish();
    else this.#gunzip.end();
  }

  /** Gives up. */
  fail(error: BodyError): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#gunzip?.destroy();
    this.#reject(error);
  }

  #unzip(): Gunzip {
    const gunzip = createGunzip();
    gunzip.on('data', (chunk: Uint8Array) => {
      this.#take(chunk);
    });
    gunzip.on('end', () => {
      this.#finish();
    });
    gunzip.on('error', (error) => {
      this.fail(new BodyError('torn', 'The compressed answer is damaged or cut off.', error));
    });
    return gunzip;
  }

  #take(chunk: Uint8Array): void {
    if (this.#settled) return;
    this.#decoded += chunk.length;
    const room = this.#bounds.most - this.#decoded;
    if (room < 0 && this.#bounds.cut) {
      this.#chunks.push(chunk.subarray(0, chunk.length + room));
      this.#finish();
      return;
    }
    if (room < 0) {
      this.fail(
        new BodyError('too-large', `The answer is larger than ${this.#bounds.most / 1024 / 1024} MiB.`),
      );
      return;
    }
    const { ratio, ratioFrom } = bodyLimits;
    if (this.#gunzip !== null && this.#decoded > ratioFrom && this.#decoded > this.encoded * ratio) {
      this.fail(new BodyError('bomb', `The answer grows more than ${ratio}-fold when it is unpacked.`));
      return;
    }
    this.#chunks.push(chunk);
  }

  #finish(): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#gunzip?.destroy();
    const [only] = this.#chunks;
    this.#resolve(this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks));
  }
}

/** UTF-8 text without byte order mark; invalid bytes become U+FFFD. */
export function decodeText(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}

/** Whether JSON text nests deeper than `most` levels. Iterative, so that no input can exhaust the stack. */
export function nestsDeeperThan(json: string, most: number): boolean {
  // Counting brackets is quick, and most answers have too few to be deep.
  const rest = most - countOf('{', json, most);
  if (countOf('[', json, rest) <= rest) return false;
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case 0x22:
        at = endOfString(json, at);
        break;
      case 0x5b:
      case 0x7b:
        if (++depth > most) return true;
        break;
      case 0x5d:
      case 0x7d:
        depth--;
        break;
    }
  }
  return false;
}

/** How often a character occurs, counted up to one more than `most`. */
function countOf(character: string, text: string, most: number): number {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0 && count <= most; at = text.indexOf(character, at + 1))
    count++;
  return count;
}

/** The index of the closing quote, or of the end when there is none. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let slashes = 0;
    while (json.charCodeAt(end - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return json.length;
}

/** An HTML page, as far as a message names it. */
export interface HtmlPage {
  /** Escaped, at most 80 characters; empty when there is none. */
  readonly title: string;
  /** It asks for a password or calls itself a login page. */
  readonly login: boolean;
}

/** Recognises an HTML page by its content, not by its declared type (JSON is often declared as HTML). */
export function readHtml(text: string): HtmlPage | null {
  const start = text.slice(0, 64 * 1024).replace(/^\s*(<\?xml[^>]*>\s*|<!--.*?-->\s*)*/s, '');
  if (!/^<(!doctype\s+html|html|head|body|title|meta|script|div|h1|center|p\b)/i.test(start)) return null;
  const raw = /<title[^>]{0,200}>([^<]{0,500})/i.exec(start)?.[1] ?? '';
  const title = excerpt(raw, 80);
  const login =
    /<input[^>]{1,500}type\s*=\s*["']?password/i.test(start) ||
    /\b(log ?in|sign ?in|single sign-on)\b/i.test(title);
  return { title, login };
}

/** One line of foreign text: white space collapsed, control and bidirectional characters visible, cut to `most`. */
export function excerpt(text: string, most: number): string {
  const line = text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(
      /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}
