/** A person's access to a workspace as an image: by whom it is for, since the row's key changes when it is made anew. */
import type { ImageRef, PlannedImage } from '../../model/image.ts';
import type { Json } from '../../model/shape.ts';
import { checkKey } from './api.ts';

/** What a row says about a person. */
export interface Access {
  readonly role: string;
  readonly dataAccess: boolean;
}

/** `WORKSPACE/USER`, both by their keys. */
export function accessRef(workspace: number, user: number): ImageRef {
  return { kind: 'workspace-permissions', id: `${workspace}/${user}` };
}

/** @throws DashctlError `invalid-input` */
export function readAccessRef({ id }: ImageRef): { readonly workspace: number; readonly user: number } {
  const [workspace = '', user = ''] = id.split('/');
  return { workspace: Number(checkKey(workspace, 'workspace')), user: Number(checkKey(user, 'user')) };
}

/** Owners always see the data, whatever the row says. */
export function accessState(access: Access | null): Json {
  if (access === null) return null;
  return { role: access.role, dataAccess: access.role === 'OWNER' || access.dataAccess };
}

/** @param after undefined where only the server knows it */
export function accessImage(
  at: { readonly workspace: number; readonly user: number },
  before: Access | null,
  after: Access | null | undefined,
): PlannedImage {
  return {
    ref: accessRef(at.workspace, at.user),
    kind: 'workspace-permissions',
    before: { state: accessState(before) },
    ...(after === undefined ? {} : { expected: accessState(after) }),
  };
}
