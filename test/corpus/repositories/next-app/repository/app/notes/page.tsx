import { notes } from '@/lib/notes.mjs';

export const dynamic = 'force-static';

export default function Notes() {
  return (
    <ul>
      {notes().map((note: { id: number; text: string }) => (
        <li key={note.id}>{note.text}</li>
      ))}
    </ul>
  );
}
