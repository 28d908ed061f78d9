/**
 * JSON as Go's `encoding/json` decoder reads it, with its error texts: the first value of a body counts and what
 * follows is ignored, keys match in any case, the last duplicate key wins, `null` leaves a field alone.
 */

export type JsonNode =
  | { readonly kind: 'null' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, JsonNode])[] };

/** A body that is no JSON; the message is Go's. */
export class GoSyntaxError extends Error {}

/**
 * Reads the first JSON value of a body.
 * @returns undefined for a body without any value (Go's `io.EOF`).
 * @throws GoSyntaxError
 */
export function parseGoJson(body: Buffer): JsonNode | undefined {
  const scanner = new Scanner(body);
  scanner.skipSpace();
  return scanner.atEnd() ? undefined : scanner.value();
}

/** The plain JavaScript value of a node. */
export function toValue(node: JsonNode): unknown {
  switch (node.kind) {
    case 'null':
      return null;
    case 'bool':
    case 'string':
      return node.value;
    case 'number':
      return Number(node.text);
    case 'array':
      return node.items.map(toValue);
    case 'object':
      return Object.fromEntries(node.entries.map(([key, value]) => [key, toValue(value)]));
  }
}

const simpleEscapes: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Scanner {
  private at = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  atEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  skipSpace(): void {
    while (' \t\r\n'.includes(this.peek() || 'x')) this.at += 1;
  }

  value(): JsonNode {
    this.skipSpace();
    const first = this.need();
    if (first === '{') return this.object();
    if (first === '[') return this.array();
    if (first === '"') return { kind: 'string', value: this.string() };
    if (first === '-' || (first >= '0' && first <= '9')) return this.number();
    if (first === 't') return this.literal('true', { kind: 'bool', value: true });
    if (first === 'f') return this.literal('false', { kind: 'bool', value: false });
    if (first === 'n') return this.literal('null', { kind: 'null' });
    return this.fail(first, 'looking for beginning of value');
  }

  private object(): JsonNode {
    const entries: [string, JsonNode][] = [];
    this.at += 1;
    this.skipSpace();
    if (this.need() === '}') {
      this.at += 1;
      return { kind: 'object', entries };
    }
    for (;;) {
      this.skipSpace();
      const start = this.need();
      if (start !== '"') this.fail(start, 'looking for beginning of object key string');
      const key = this.string();
      this.skipSpace();
      const colon = this.need();
      if (colon !== ':') this.fail(colon, 'after object key');
      this.at += 1;
      entries.push([key, this.value()]);
      this.skipSpace();
      const next = this.need();
      if (next !== ',' && next !== '}') this.fail(next, 'after object key:value pair');
      this.at += 1;
      if (next === '}') return { kind: 'object', entries };
    }
  }

  private array(): JsonNode {
    const items: JsonNode[] = [];
    this.at += 1;
    this.skipSpace();
    if (this.need() === ']') {
      this.at += 1;
      return { kind: 'array', items };
    }
    for (;;) {
      items.push(this.value());
      this.skipSpace();
      const next = this.need();
      if (next !== ',' && next !== ']') this.fail(next, 'after array element');
      this.at += 1;
      if (next === ']') return { kind: 'array', items };
    }
  }

  private string(): string {
    this.at += 1;
    const parts: Buffer[] = [];
    for (;;) {
      const char = this.need();
      this.at += 1;
      if (char === '"') return Buffer.concat(parts).toString('utf8');
      if (char < ' ') this.fail(char, 'in string literal');
      parts.push(char === '\\' ? Buffer.from(this.escape(), 'utf8') : Buffer.from(char, 'latin1'));
    }
  }

  private escape(): string {
    const char = this.need();
    this.at += 1;
    const simple = simpleEscapes[char];
    if (simple !== undefined) return simple;
    if (char !== 'u') return this.fail(char, 'in string escape code');
    const unit = this.hexUnit();
    const isHigh = unit >= 0xd800 && unit < 0xdc00;
    if (isHigh && this.bytes.toString('latin1', this.at, this.at + 2) === '\\u') {
      this.at += 2;
      return String.fromCharCode(unit, this.hexUnit());
    }
    return String.fromCharCode(unit);
  }

  private hexUnit(): number {
    let unit = 0;
    for (let i = 0; i < 4; i += 1) {
      const digit = this.need();
      if (!/[0-9a-fA-F]/.test(digit)) this.fail(digit, 'in \\u hexadecimal character escape');
      unit = unit * 16 + Number.parseInt(digit, 16);
      this.at += 1;
    }
    return unit;
  }

  private number(): JsonNode {
    const start = this.at;
    if (this.peek() === '-') this.at += 1;
    if (this.need() === '0') this.at += 1;
    else this.digits('in numeric literal');
    if (this.peek() === '.') {
      this.at += 1;
      this.digits('after decimal point in numeric literal');
    }
    if (/[eE]/.test(this.peek())) {
      this.at += 1;
      if (/[+-]/.test(this.peek())) this.at += 1;
      this.digits('in exponent of numeric literal');
    }
    return { kind: 'number', text: this.bytes.toString('latin1', start, this.at) };
  }

  private digits(place: string): void {
    const first = this.need();
    if (!/[0-9]/.test(first)) this.fail(first, place);
    while (/[0-9]/.test(this.peek())) this.at += 1;
  }

  private literal(word: string, node: JsonNode): JsonNode {
    for (const expected of word) {
      const char = this.need();
      if (char !== expected) this.fail(char, `in literal ${word} (expecting ${quote(expected)})`);
      this.at += 1;
    }
    return node;
  }

  /** The byte at the cursor as one Latin-1 character; empty at the end. */
  private peek(): string {
    return this.bytes.toString('latin1', this.at, this.at + 1);
  }

  private need(): string {
    if (this.atEnd()) throw new GoSyntaxError('unexpected EOF');
    return this.peek();
  }

  private fail(char: string, place: string): never {
    throw new GoSyntaxError(`invalid character ${quote(char)} ${place}`);
  }
}

/** A byte in quotes, as Go's scanner prints it. */
function quote(char: string): string {
  if (char === "'") return "'\\''";
  if (char === '"') return "'\"'";
  const named: Record<string, string> = {
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\b': '\\b',
    '\f': '\\f',
    '\\': '\\\\',
  };
  const code = char.charCodeAt(0);
  const unprintable = code < 0x20 || code === 0x7f || (code >= 0x80 && code < 0xa1) || code === 0xad;
  const hex = `\\x${code.toString(16).padStart(2, '0')}`;
  const escaped = code >= 0x80 ? `\\u${code.toString(16).padStart(4, '0')}` : hex;
  return `'${named[char] ?? (unprintable ? escaped : char)}'`;
}
