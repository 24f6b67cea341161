import Link from 'next/link';
import { Counter } from '@/app/counter';

export default function Home() {
  return (
    <main>
      <h1>Notebook</h1>
      <Counter first={1} />
      <Link href="/notes">All notes</Link>
    </main>
  );
}
