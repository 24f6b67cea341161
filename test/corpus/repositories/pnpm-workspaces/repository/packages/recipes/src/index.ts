import { scale, toBase, type Unit } from '@kitchen/units';

export interface Ingredient {
  readonly name: string;
  readonly amount: number;
  readonly unit: Unit;
}

export function forPeople(list: readonly Ingredient[], from: number, to: number): Ingredient[] {
  return list.map((each) => ({ ...each, amount: scale(each.amount, from, to) }));
}

export function weightOf(list: readonly Ingredient[]): number {
  return list.reduce((sum, { amount, unit }) => sum + toBase(amount, unit), 0);
}
