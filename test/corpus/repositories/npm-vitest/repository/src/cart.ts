import { percentOf } from './money.ts';

export interface Item {
  readonly name: string;
  readonly cents: number;
  readonly quantity: number;
}

export function totalOf(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + item.cents * item.quantity, 0);
}

export function withDiscount(total: number, percent: number): number {
  return total - percentOf(total, percent);
}

export function isEmpty(items: readonly Item[]): boolean {
  return items.length === 0;
}
