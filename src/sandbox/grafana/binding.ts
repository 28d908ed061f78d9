/**
 * Request bodies as Grafana binds them to Go structs. Until 7.5 the content type chooses between JSON and form, and
 * every fault is listed in an array (400, 415 or 422). Later servers take JSON alone and answer any fault with 400
 * "bad request data". Recordings: 03-acl-*-encoding, 03-acl-*-empty.
 */
import { GoSyntaxError, parseGoJson, toValue } from './go-json.ts';
import type { JsonNode } from './go-json.ts';

/** Where a value stands, for Go's messages: the struct's name and the path of JSON keys. */
interface Place {
  readonly owner: string;
  readonly path: string;
}

/** How a JSON value becomes a Go value; a fault is noted and the zero value kept. */
export interface GoType<T> {
  readonly zero: () => T;
  readonly read: (node: JsonNode, place: Place | undefined, faults: string[]) => T;
  /** What `null` becomes; without it `null` leaves the field alone. */
  readonly onNull?: () => T;
  /** The value of form fields; absent where a form can't hold the type. */
  readonly fromForm?: (values: readonly string[]) => T;
}

export interface GoField<T> {
  readonly type: GoType<T>;
  /** The field's name in Go, when the struct insists on a value. */
  readonly required?: string;
}

export type GoFields<T> = { readonly [Key in keyof T]: GoField<T[Key]> };

export interface GoStruct<T extends object> extends GoType<T> {
  readonly fields: GoFields<T>;
}

/** One entry of the array that faulty bodies are answered with. */
export interface BindingFault {
  readonly fieldNames?: readonly string[];
  readonly classification: 'DeserializationError' | 'ContentTypeError' | 'RequiredError';
  readonly message: string;
}

export type Bound<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly status: 400 | 415 | 422; readonly faults: readonly BindingFault[] };

const goString: GoType<string> = {
  zero: () => '',
  read: (node, place, faults) =>
    node.kind === 'string' ? node.value : mismatch(node.kind, 'string', place, faults, ''),
  fromForm: (values) => values[0] ?? '',
};

/** A string field. */
export function text(required?: string): GoField<string> {
  return required === undefined ? { type: goString } : { type: goString, required };
}

/** An integer field; `name` is its Go type. */
export function integer(name = 'int64', required?: string): GoField<number> {
  const type: GoType<number> = {
    zero: () => 0,
    read: (node, place, faults) => {
      if (node.kind !== 'number') return mismatch(node.kind, name, place, faults, 0);
      if (!/^-?\d+$/.test(node.text)) return mismatch(`number ${node.text}`, name, place, faults, 0);
      return Number(node.text);
    },
    fromForm: (values) => Number.parseInt(values[0] ?? '', 10) || 0,
  };
  return required === undefined ? { type } : { type, required };
}

/** A boolean field. */
export function flag(): GoField<boolean> {
  return {
    type: {
      zero: () => false,
      read: (node, place, faults) =>
        node.kind === 'bool' ? node.value : mismatch(node.kind, 'bool', place, faults, false),
      fromForm: (values) => /^(1|t|true|on)$/i.test(values[0] ?? ''),
    },
  };
}

/** A pointer field: undefined when missing or null. */
export function optional<T>(field: GoField<T>): GoField<T | undefined> {
  return {
    type: {
      zero: () => undefined,
      read: (node, place, faults) => field.type.read(node, place, faults),
      onNull: () => undefined,
    },
  };
}

/** An organization role. The empty string and `null` become Viewer; a word that is no role is a fault. */
export function role(required?: string): GoField<string> {
  const type: GoType<string> = {
    zero: () => '',
    read: readRole,
    onNull: () => 'Viewer',
    fromForm: (values) => values[0] ?? '',
  };
  return required === undefined ? { type } : { type, required };
}

function readRole(node: JsonNode, _place: Place | undefined, faults: string[]): string {
  if (node.kind !== 'string') return mismatch(node.kind, 'string', undefined, faults, '');
  if (node.value === '') return 'Viewer';
  if (!['Viewer', 'Editor', 'Admin'].includes(node.value)) {
    faults.push(`JSON validation error: invalid role value: ${node.value}`);
  }
  return node.value;
}

/** Any JSON value, as it is; undefined when missing or null. */
export function json(required?: string): GoField<unknown> {
  const type: GoType<unknown> = {
    zero: () => undefined,
    read: (node) => toValue(node),
    onNull: () => undefined,
  };
  return required === undefined ? { type } : { type, required };
}

/** A list of structs; `name` is the Go type of the list. */
export function listOf<T extends object>(element: GoStruct<T>, name: string): GoField<T[]> {
  return {
    type: {
      zero: () => [],
      read: (node, place, faults) =>
        node.kind === 'array'
          ? node.items.map((item) =>
              item.kind === 'null' ? element.zero() : element.read(item, place, faults),
            )
          : mismatch(node.kind, name, place, faults, []),
      // One empty element for each value of the form field.
      fromForm: (values) => values.map(() => element.zero()),
    },
  };
}

/** A struct; `name` is its Go name with the package. */
export function struct<T extends object>(name: string, fields: GoFields<T>): GoStruct<T> {
  const keys = Object.keys(fields) as (keyof T & string)[];
  const zero = (): T => Object.fromEntries(keys.map((key) => [key, fields[key].type.zero()])) as T;
  return {
    fields,
    zero,
    read: (node, place, faults) => {
      const value = zero();
      if (node.kind !== 'object') return mismatch(node.kind, name, place, faults, value);
      for (const [key, child] of node.entries) {
        const field =
          keys.find((known) => known === key) ??
          keys.find((known) => known.toLowerCase() === key.toLowerCase());
        if (field === undefined) continue;
        const inside = {
          owner: name.slice(name.indexOf('.') + 1),
          path: place === undefined ? field : `${place.path}.${field}`,
        };
        const { type } = fields[field];
        if (child.kind !== 'null') value[field] = type.read(child, inside, faults);
        else if (type.onNull !== undefined) value[field] = type.onNull();
      }
      return value;
    },
  };
}

function mismatch<T>(what: string, type: string, place: Place | undefined, faults: string[], zero: T): T {
  const target = place === undefined ? 'Go value' : `Go struct field ${place.owner}.${place.path}`;
  faults.push(`json: cannot unmarshal ${what} into ${target} of type ${type}`);
  return zero;
}

/** Binds a body as servers up to 7.5 do. A PATCH or DELETE without content type counts as an empty form. */
export function bindByContentType<T extends object>(
  shape: GoStruct<T>,
  method: string,
  contentType: string,
  body: Buffer,
): Bound<T> {
  const needsType = method === 'POST' || method === 'PUT';
  if (contentType === '' && !needsType) return checked(shape, shape.zero(), []);
  if (contentType.includes('form-urlencoded'))
    return checked(shape, fromForm(shape, body.toString('utf8')), []);
  if (contentType.includes('multipart/form-data')) {
    const faults = contentType.includes('boundary=') ? [] : ['no multipart boundary param in Content-Type'];
    return checked(shape, shape.zero(), faults);
  }
  if (contentType.includes('json')) return bindJson(shape, body);
  const message = contentType === '' ? 'Empty Content-Type' : 'Unsupported Content-Type';
  return { ok: false, status: 415, faults: [{ classification: 'ContentTypeError', message }] };
}

/** Binds JSON whatever the content type. */
export function bindJson<T extends object>(shape: GoStruct<T>, body: Buffer): Bound<T> {
  const faults: string[] = [];
  let value = shape.zero();
  try {
    const node = parseGoJson(body);
    if (node !== undefined && node.kind !== 'null') value = shape.read(node, undefined, faults);
  } catch (error) {
    if (!(error instanceof GoSyntaxError)) throw error;
    faults.push(error.message);
  }
  return checked(shape, value, faults);
}

/** Go keeps the first fault of a body, and still checks the required fields. */
function checked<T extends object>(
  shape: GoStruct<T>,
  value: T,
  deserialization: readonly string[],
): Bound<T> {
  const faults: BindingFault[] = deserialization
    .slice(0, 1)
    .map((message) => ({ classification: 'DeserializationError', message }));
  for (const key of Object.keys(shape.fields) as (keyof T & string)[]) {
    const { required } = shape.fields[key];
    const found: unknown = value[key];
    if (required !== undefined && (found === undefined || found === null || found === '' || found === 0)) {
      faults.push({ fieldNames: [required], classification: 'RequiredError', message: 'Required' });
    }
  }
  if (faults.length === 0) return { ok: true, value };
  return { ok: false, status: deserialization.length > 0 ? 400 : 422, faults };
}

function fromForm<T extends object>(shape: GoStruct<T>, body: string): T {
  const form = new URLSearchParams(body);
  const value = shape.zero();
  for (const key of Object.keys(shape.fields) as (keyof T & string)[]) {
    const values = form.getAll(key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    const { type } = shape.fields[key];
    if (values.length > 0 && type.fromForm !== undefined) value[key] = type.fromForm(values);
  }
  return value;
}
