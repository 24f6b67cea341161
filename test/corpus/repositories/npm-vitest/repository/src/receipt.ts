import kleur from 'kleur';
import { type Item, totalOf } from './cart.ts';
import { formatCents } from './money.ts';

export function printReceipt(items: readonly Item[]): string {
  const lines = items.map(
    (item) =>
      `${item.quantity} x ${item.name}: ${formatCents(item.cents * item.quantity)}`,
  );
  const total = `Total: ${formatCents(totalOf(items))}`;
  return [...lines, kleur.bold(total)].join('\n');
}
