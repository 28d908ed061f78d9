/** Prints a set of actions: rows where its form is known, the server's own answer where it is not. */
import { permissionActionShape } from '../../model/permission.ts';
import type { Context } from '../../cli/context.ts';
import type { ActionSet } from '../../model/permission.ts';

export async function printActionSet(context: Context, set: ActionSet, empty: string): Promise<void> {
  const { renderer, globals } = context;
  if (globals.raw) {
    await renderer.bytes(set.raw);
  } else if (set.actions !== null) {
    await renderer.records(permissionActionShape, set.actions, { empty });
  } else {
    renderer.note('The answer has a form that is not known; it is printed as it came.');
    await renderer.value(set.json);
  }
}
