export interface Card {
  readonly title: string;
  readonly done: boolean;
}

export function openCards(cards: readonly Card[]): Card[] {
  return cards.filter((card) => !card.done);
}

export function progress(cards: readonly Card[]): string {
  if (cards.length === 0) return 'nothing to do';
  return `${cards.length - openCards(cards).length} of ${cards.length} done`;
}
