import type { Shape } from './shape.ts';

/** What a principal may do, from least to most. Providers map their words one to one; nothing is ever rounded. */
export const levels = ['none', 'view', 'edit', 'admin'] as const;

export type Level = (typeof levels)[number];

/** A level as asked for: one of ours, or a provider's own word taken verbatim (`native:manager`). */
export type LevelSpec = { readonly level: Level } | { readonly native: string };

/** One line of `acl levels`: what a provider calls each level. */
export interface LevelMapping {
  /** `null` for a native word that has no counterpart. */
  readonly level: Level | null;
  readonly native: string;
  readonly summary: string;
}

export const levelShape: Shape = {
  noun: 'level',
  plural: 'levels',
  fields: [
    {
      key: 'level',
      kind: 'level',
      table: 'yes',
      summary: 'none, view, edit, admin; null for a word of its own',
    },
    { key: 'native', kind: 'text', table: 'yes', summary: "The provider's word" },
    { key: 'summary', kind: 'text', table: 'yes', summary: 'What it allows' },
  ],
};
