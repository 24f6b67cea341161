import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { resolveInside, type WorkspacePath } from '../../../../process/workspace-path.ts';

export type Place<T> = (T & { readonly ok: true }) | { readonly ok: false; readonly why: string };

/** An existing path of the workspace, as the model named it; the refusal is written for the model. */
export async function locate(root: string, path: string): Promise<Place<WorkspacePath>> {
  const found = resolveInside(root, path);
  if (found.ok) return { ok: true, ...found.value };
  return { ok: false, why: `${found.error.text.what} ${found.error.text.why}` };
}

/** A path to write to. `note` tells of a file whose name differs only in case, which is seldom meant. */
export async function locateNew(
  root: string,
  path: string,
): Promise<Place<WorkspacePath & { note: string | null }>> {
  const found = resolveInside(root, path, { mustExist: false });
  if (!found.ok) return { ok: false, why: `${found.error.text.what} ${found.error.text.why}` };
  const place = found.value;
  if (place.exists) return { ok: true, ...place, note: null };
  if (await isLink(place.absolute)) {
    return { ok: false, why: `${path} is a symbolic link that leads nowhere; remove it first.` };
  }
  return { ok: true, ...place, note: await similarName(place.absolute) };
}

async function isLink(path: string): Promise<boolean> {
  const info = await lstat(path).catch(() => null);
  return info?.isSymbolicLink() ?? false;
}

async function similarName(path: string): Promise<string | null> {
  const name = basename(path);
  const names = await readdir(dirname(path)).catch(() => []);
  const similar = names.find((other) => other !== name && other.toLowerCase() === name.toLowerCase());
  return similar === undefined ? null : `Note: ${similar} is there too; only the case differs.`;
}
