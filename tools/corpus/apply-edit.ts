import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Edit } from './corpus-file.ts';

/** Makes one change in a work tree. Throws where it does not fit: a case that changes nothing would prove nothing. */
export function applyEdit(
  edit: Edit,
  places: { readonly target: string; readonly stackFolder: string },
): void {
  const inside = (file: string) => path.join(places.target, file);
  const read = (file: string) => readFileSync(inside(file), 'utf8');
  const write = (file: string, content: string | Uint8Array) => {
    mkdirSync(path.dirname(inside(file)), { recursive: true });
    writeFileSync(inside(file), typeof content === 'string' ? withSecrets(content) : content);
  };
  if ('delete' in edit) rmSync(inside(edit.delete), { recursive: true });
  else if ('move' in edit) {
    mkdirSync(path.dirname(inside(edit.to)), { recursive: true });
    renameSync(inside(edit.move), inside(edit.to));
  } else if ('patch' in edit) {
    execFileSync('git', ['apply', path.join(places.stackFolder, edit.patch)], { cwd: places.target });
  } else if ('replace' in edit) write(edit.file, replaced(read(edit.file), edit));
  else if ('content' in edit) write(edit.file, edit.content);
  else if ('append' in edit) write(edit.file, read(edit.file) + edit.append);
  else if ('prepend' in edit) write(edit.file, edit.prepend + read(edit.file));
  else if ('binaryBytes' in edit) write(edit.file, binary(edit.binaryBytes));
  else
    write(edit.file, 'A line of a long file, made for the corpus.\n'.repeat(Math.ceil(edit.textBytes / 44)));
}

function replaced(text: string, edit: Extract<Edit, { replace: string }>): string {
  const parts = text.split(edit.replace);
  if (parts.length === 1) throw new Error(`${edit.file} does not hold ${JSON.stringify(edit.replace)}`);
  if (parts.length > 2 && !edit.everywhere) {
    throw new Error(`${edit.file} holds ${JSON.stringify(edit.replace)} ${parts.length - 1} times`);
  }
  return parts.join(edit.with);
}

const hidden = 'private'.toUpperCase();

/** Put together here, so that scanners have nothing to find in this repository. None of them was ever valid. */
const secrets: Readonly<Record<string, () => string>> = {
  github: () => ['ghp', letters(36)].join('_'),
  aws: () => `AKIA${letters(16).toUpperCase()}`,
  slack: () => ['xoxb', digits(12), digits(12), letters(24)].join('-'),
  privateKey: () =>
    [`-----BEGIN RSA ${hidden} KEY-----`, letters(64), letters(64), `-----END RSA ${hidden} KEY-----`].join(
      '\n',
    ),
};

function withSecrets(text: string): string {
  return text.replaceAll(/\{\{secret:(\w+)\}\}/g, (_all, kind: string) => {
    const make = secrets[kind];
    if (!make) throw new Error(`no such secret: ${kind}`);
    return make();
  });
}

function letters(count: number): string {
  return pick('q7RtZ2mKxV9bNc4LpWdY8sGh3JfTuE6aXo5ivBnMk1QwSzDyCr', count);
}

function digits(count: number): string {
  return pick('84920571638', count);
}

/** The same on every run, and without a visible pattern. */
function pick(alphabet: string, count: number): string {
  let seed = count * 7919;
  return Array.from({ length: count }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return alphabet[seed % alphabet.length];
  }).join('');
}

function binary(count: number): Uint8Array {
  let seed = 42;
  return Uint8Array.from({ length: count }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % 256;
  });
}
