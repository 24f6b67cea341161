import { type Card, progress } from '@/cards';

export function Board({ cards }: { cards: readonly Card[] }) {
  return (
    <main className="mx-auto max-w-md p-6">
      <h1 className="text-xl font-bold">{progress(cards)}</h1>
      <ul>
        {cards.map((card) => (
          <li key={card.title} className={card.done ? 'card card-done' : 'card'}>
            {card.title}
          </li>
        ))}
      </ul>
    </main>
  );
}
