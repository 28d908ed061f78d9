/**
 * Edits of JSON text that leave everything else byte for byte as it was. `JSON.parse` followed by `JSON.stringify`
 * rounds integers beyond 2^53, turns `1.0` into `1`, reorders keys such as "2" and drops duplicates; documents that are
 * written back to a server are therefore changed as text.
 */
import { parseTree, type Node, type ParseError } from 'jsonc-parser';
import { DashctlError } from '../errors.ts';
import type { Json } from './shape.ts';

/** Where a member stands: object keys and array indices from the root. */
export type JsonPath = readonly (string | number)[];

/** Deeper documents are refused; no dashboard comes near it, and recursive code would overflow. */
const maxDepth = 512;

/**
 * Parses JSON text strictly (no comments, no trailing commas). A byte order mark is ignored.
 * @param name what the text is, for the message: `dashboard.json`.
 * @throws DashctlError `invalid-input` with line and column; the text itself is never quoted.
 */
export function parseJsonText(text: string, name: string): unknown {
  const json = withoutMark(text);
  if (depthOf(json) > maxDepth) {
    throw new DashctlError('invalid-input', `${name} is nested deeper than ${maxDepth} levels.`);
  }
  try {
    return JSON.parse(json) as unknown;
  } catch {
    throw new DashctlError('invalid-input', `${name} is no JSON${positionOfFault(json)}.`, {
      hint: 'Comments and trailing commas are not allowed.',
    });
  }
}

/**
 * The text of a JSON object, checked; a byte order mark and outer blanks are dropped.
 * @throws DashctlError `invalid-input`
 */
export function jsonObjectText(text: string, name: string): string {
  const value = parseJsonText(text, name);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DashctlError('invalid-input', `${name} holds no JSON object.`);
  }
  return withoutMark(text).trim();
}

/** The text of the member at a path exactly as written, or null when it is not there. Of duplicate keys the last counts. */
export function memberText(text: string, at: JsonPath): string | null {
  const node = nodeAt(text, at);
  return node === undefined ? null : text.slice(node.offset, endOf(node));
}

/** The texts of the items of the array at a path, exactly as written; empty when there is no array. */
export function itemTexts(text: string, at: JsonPath): readonly string[] {
  const node = nodeAt(text, at);
  return node?.type === 'array' ? childrenOf(node).map((item) => text.slice(item.offset, endOf(item))) : [];
}

/** Puts other JSON text in the place of the value at a path; nothing happens when there is none. */
export function replaceValueText(text: string, at: JsonPath, value: string): string {
  const node = nodeAt(text, at);
  return node === undefined
    ? text
    : applyChanges(text, [{ start: node.offset, end: endOf(node), insert: value }]);
}

/** The object text with one of its own members set; everything else stays as written. `value` is JSON text. */
export function setMemberText(text: string, key: string, value: string): string {
  const root = rootOf(text);
  const properties = childrenOf(root);
  const existing = properties.filter((property) => keyOf(property) === key);
  if (existing.length > 0) {
    return applyChanges(
      text,
      existing.map((property) => {
        const node = valueOf(property);
        return { start: node.offset, end: endOf(node), insert: value };
      }),
    );
  }
  const last = properties.at(-1);
  const member = `${JSON.stringify(key)}:${value}`;
  return last === undefined
    ? applyChanges(text, [{ start: root.offset + 1, end: endOf(root) - 1, insert: member }])
    : applyChanges(text, [{ start: endOf(last), end: endOf(last), insert: `,${member}` }]);
}

/** As {@link setMemberText} for several members given as values. */
export function setMembers(text: string, members: Readonly<Record<string, Json>>): string {
  return Object.entries(members).reduce(
    (edited, [key, value]) => setMemberText(edited, key, JSON.stringify(value)),
    text,
  );
}

/** Text after an edit, and the paths of what was taken out, in document order. */
export interface Stripped {
  readonly text: string;
  readonly removed: readonly JsonPath[];
}

/** Takes out every object member for which `unwanted` is true; members of removed members are not looked at. */
export function removeMembers(
  text: string,
  unwanted: (path: JsonPath, value: () => unknown) => boolean,
): Stripped {
  const changes: Change[] = [];
  const removed: JsonPath[] = [];
  const visit = (node: Node, path: JsonPath): void => {
    if (node.type === 'array') {
      childrenOf(node).forEach((child, index) => {
        visit(child, [...path, index]);
      });
    }
    if (node.type !== 'object') return;
    const properties = childrenOf(node);
    /** Where the member before ends, once one is kept: then the comma in front goes too; else the one behind. */
    let from: number | null = null;
    properties.forEach((property, index) => {
      const member = valueOf(property);
      const here = [...path, keyOf(property)];
      const value = (): unknown => JSON.parse(text.slice(member.offset, endOf(member)));
      const end = endOf(property);
      if (!unwanted(here, value)) {
        from = end;
        visit(member, here);
        return;
      }
      removed.push(here);
      if (from === null) {
        changes.push({ start: property.offset, end: properties[index + 1]?.offset ?? end, insert: '' });
      } else {
        changes.push({ start: from, end, insert: '' });
        from = end;
      }
    });
  };
  visit(rootOf(text), []);
  return { text: applyChanges(text, changes), removed };
}

/**
 * The same document with two blanks of indentation and a final line feed; only white space differs. Takes time in
 * proportion to the length, which edit-by-edit formatters do not.
 */
export function indentJson(text: string): string {
  const pieces: string[] = [];
  let depth = 0;
  const breakLine = () => `\n${'  '.repeat(depth)}`;
  const tokens = tokensOf(text);
  tokens.forEach((token, index) => {
    const before = tokens[index - 1];
    const closes = token === '}' || token === ']';
    const afterOpening = before === '{' || before === '[';
    if (closes) depth -= 1;
    // An empty object or array stays on its line.
    if (closes ? !afterOpening : afterOpening || before === ',') pieces.push(breakLine());
    pieces.push(token === ':' ? ': ' : token);
    if (token === '{' || token === '[') depth += 1;
  });
  return `${pieces.join('')}\n`;
}

/** The same document without white space between its parts: equal for texts that differ in nothing else. */
export function compactJson(text: string): string {
  return tokensOf(text).join('');
}

function tokensOf(text: string): readonly string[] {
  return withoutMark(text).match(/"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},:]|[^\s[\]{},:"]+/gs) ?? [];
}

/**
 * Whether two JSON texts say the same: white space and the order of keys aside; of duplicate keys the last counts.
 * Numbers are compared as written, so that two integers beyond 2^53 are never mistaken for one another.
 */
export function sameJsonText(left: string, right: string): boolean {
  const same = (one: Node, other: Node): boolean => {
    if (one.type !== other.type) return false;
    if (one.type === 'number') {
      return left.slice(one.offset, endOf(one)) === right.slice(other.offset, endOf(other));
    }
    if (one.type !== 'array' && one.type !== 'object') return one.value === other.value;
    const mine = membersOf(one);
    const theirs = membersOf(other);
    return (
      mine.size === theirs.size &&
      [...mine].every(([key, member]) => {
        const counterpart = theirs.get(key);
        return counterpart !== undefined && same(member, counterpart);
      })
    );
  };
  return same(rootOf(withoutMark(left)), rootOf(withoutMark(right)));
}

interface Change {
  readonly start: number;
  readonly end: number;
  readonly insert: string;
}

/** Applies changes that are in order and do not overlap. */
function applyChanges(text: string, changes: readonly Change[]): string {
  let from = 0;
  const pieces = changes.flatMap(({ start, end, insert }) => {
    const kept = text.slice(from, start);
    from = end;
    return [kept, insert];
  });
  return pieces.join('') + text.slice(from);
}

function rootOf(text: string): Node {
  const root = parseTree(text);
  if (root === undefined) throw new DashctlError('invalid-input', 'The text holds no JSON document.');
  return root;
}

/** The value at a path; undefined when it is not there. */
function nodeAt(text: string, at: JsonPath): Node | undefined {
  return at.reduce<Node | undefined>((node, step) => node && membersOf(node).get(step), rootOf(text));
}

/** Items by their index, values by their key: of duplicate keys the last. None for anything else. */
function membersOf(node: Node): ReadonlyMap<string | number, Node> {
  const children = childrenOf(node);
  if (node.type === 'array') return new Map(children.entries());
  return new Map(children.map((property) => [keyOf(property), valueOf(property)]));
}

function childrenOf(node: Node): readonly Node[] {
  return node.children ?? [];
}

function keyOf(property: Node): string {
  return String(childrenOf(property)[0]?.value);
}

function valueOf(property: Node): Node {
  const value = childrenOf(property)[1];
  if (value === undefined) throw new DashctlError('invalid-input', 'The text is no complete JSON document.');
  return value;
}

function endOf(node: Node): number {
  return node.offset + node.length;
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** Depth of nesting by brackets outside of strings; iterative, so that hostile text cannot overflow the stack. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, (depth += 1));
    else if (character === '}' || character === ']') depth -= 1;
  }
  return deepest;
}

function positionOfFault(text: string): string {
  const errors: ParseError[] = [];
  parseTree(text, errors, { disallowComments: true });
  const first = errors[0];
  if (first === undefined) return '';
  const before = text.slice(0, first.offset).split('\n');
  return `: line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
}
