/**
 * The dashboard document as text: which of its members the server owns, and how it becomes the body of a request
 * without losing a byte of anything else (api/datadog.md §3, "Round trip").
 */
import {
  compactJson,
  itemTexts,
  memberText,
  removeMembers,
  replaceValueText,
  type JsonPath,
} from '../../model/json-text.ts';
import type { Json } from '../../model/shape.ts';

/** Members that the server sets; sending them back is pointless or refused. */
const serverOwned = new Set([
  'id',
  'url',
  'author_handle',
  'author_name',
  'created_at',
  'modified_at',
  'deleted_at',
]);

/** Members whose content means something in one organization only. */
const organizationBound = ['restricted_roles', 'is_read_only', 'notify_list', 'tags'];

export interface DashboardBody {
  readonly text: string;
  /** What was left out and what to look at, one sentence each. */
  readonly notes: readonly string[];
}

/** A document as the body of a new dashboard: without server-owned members and without widget ids. */
export function asNewDashboard(document: string): DashboardBody {
  const { text, removed } = removeMembers(
    positionTabs(document),
    (path) => isServerOwned(path) || isWidgetId(path),
  );
  return { text, notes: [...strippedNote(removed), ...organizationNotes(text)] };
}

/** A document as the new content of the dashboard that it was read from: widgets keep their ids. */
export function asReplacement(document: string): DashboardBody {
  const { text, removed } = removeMembers(document, isServerOwned);
  return { text, notes: strippedNote(removed) };
}

function isServerOwned(path: JsonPath): boolean {
  return path.length === 1 && serverOwned.has(String(path[0]));
}

/** `widgets[i].id`, and the same below `definition` of a group. */
function isWidgetId(path: JsonPath): boolean {
  const tail = path.slice(-3);
  if (tail[0] !== 'widgets' || typeof tail[1] !== 'number' || tail[2] !== 'id') return false;
  const above = path.slice(0, -3);
  return above.length === 0 || (above.at(-1) === 'definition' && isWidgetId([...above.slice(0, -1), 'id']));
}

/** Tabs refer to widgets by id; without ids they refer by position (`"@1"`), which the server takes as well. */
function positionTabs(document: string): string {
  const tabs = itemTexts(document, ['tabs']);
  if (tabs.length === 0) return document;
  const positions = new Map(
    itemTexts(document, ['widgets']).map((widget, index) => [memberText(widget, ['id']), `"@${index + 1}"`]),
  );
  const rewritten = tabs.map((tab) => {
    const references = itemTexts(tab, ['widget_ids']).map((id) => positions.get(id) ?? id);
    return replaceValueText(tab, ['widget_ids'], `[${references.join(',')}]`);
  });
  return replaceValueText(document, ['tabs'], `[${rewritten.join(',')}]`);
}

function strippedNote(removed: readonly JsonPath[]): readonly string[] {
  const names = [...new Set(removed.map((path) => (path.length === 1 ? String(path[0]) : 'widget ids')))];
  return names.length === 0 ? [] : [`Not sent, because the server sets it: ${names.join(', ')}.`];
}

function organizationNotes(text: string): readonly string[] {
  const members = JSON.parse(text) as Record<string, unknown>;
  const present = organizationBound.filter((name) => {
    const value = members[name];
    return Array.isArray(value) ? value.length > 0 : (value ?? false) !== false;
  });
  return present.length === 0
    ? []
    : [
        `Bound to one organization and sent as they are: ${present.join(', ')}. Check that they fit this one.`,
      ];
}

/** A document as the journal keeps it: whole, but for what the server owns. */
export function dashboardState(document: string): { readonly title: string; readonly document: string } {
  return { title: summaryOf(document).title, document: compactJson(asReplacement(document).text) };
}

export interface Summary {
  readonly [key: string]: Json;
  readonly title: string;
  readonly description: string | null;
  readonly layout: string | null;
  readonly tags: readonly string[] | null;
  readonly widgets: number;
}

/** What a person sees of a document in a plan. */
export function summaryOf(document: string): Summary {
  const members = JSON.parse(document) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  const tags = members['tags'];
  const widgets = members['widgets'];
  return {
    title: text(members['title']) ?? '',
    description: text(members['description']),
    layout: text(members['layout_type']),
    tags: Array.isArray(tags) ? tags.map(String) : null,
    widgets: Array.isArray(widgets) ? widgets.length : 0,
  };
}

export function quoted(title: string | null | undefined): string {
  return `"${title ?? ''}"`;
}
