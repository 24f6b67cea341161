export interface Note {
  readonly id: number;
  readonly text: string;
}

export class NoteStore {
  private readonly notes = new Map<number, Note>();
  private next = 1;

  add(text: string): Note {
    const note = { id: this.next, text: text.trim() };
    this.next += 1;
    this.notes.set(note.id, note);
    return note;
  }

  find(id: number): Note | null {
    return this.notes.get(id) ?? null;
  }

  all(): Note[] {
    return [...this.notes.values()];
  }
}
