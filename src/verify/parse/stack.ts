export interface Frame {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const FRAMES: readonly RegExp[] = [
  /^\s*at (?:.*? )?\(?((?:file:\/\/)?(?:[A-Za-z]:)?[^()\s:]*[^()\s]*?):(\d+):(\d+)\)?,?(?: \{)?$/,
  /^\s*❯ (?:.*? )?([^\s:]+):(\d+):(\d+)$/,
];

/** The first frame of a stack that lies in the repository: not Node's own, not a package's. */
export function firstOwnFrame(lines: readonly string[]): Frame | null {
  for (const line of lines) {
    const frame = frameOf(line);
    if (frame && isOwn(frame.file)) return frame;
  }
  return null;
}

export function frameOf(line: string): Frame | null {
  for (const pattern of FRAMES) {
    const match = pattern.exec(line);
    if (match?.[1]) return { file: match[1], line: Number(match[2]), column: Number(match[3]) };
  }
  return null;
}

export function isOwn(file: string): boolean {
  return !/^node:|node_modules\/|(?:^|\/)\.pnp\.(?:c?js|loader\.mjs)$|(?:^|\/)\.yarn\/|^internal\/|<anonymous>|^native\b|^evalmachine|^\[|^https?:/.test(
    file,
  );
}
