/** What stood before a write, what it left, and what somebody else made of that. */
import { difference } from '../../output/diff.ts';
import type { Way } from './ways.ts';

/** Lines for people; the caller's renderer escapes them. */
export function threeWay({ ref, target, ours, now }: Way): string[] {
  const lines = [`${ref.kind} ${ref.id}:`];
  const show = (title: string, from: Way['now']['state'], to: Way['now']['state']): void => {
    const found = difference(from, to);
    lines.push(`  ${title}${found.length === 0 ? ' nothing' : ''}`);
    for (const { mark, path, text } of found)
      lines.push(`    ${mark} ${path === '' ? '' : `${path}: `}${text}`);
  };
  if (ours === null) {
    lines.push('  What the write left is not known.');
  } else {
    show('The write changed:', target.state, ours.state);
    show('Changed since by somebody else:', ours.state, now.state);
  }
  show('Undo would change:', now.state, target.state);
  return lines;
}
