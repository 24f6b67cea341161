export type Unit = 'g' | 'kg' | 'ml' | 'l';

const BASE: Record<Unit, number> = { g: 1, kg: 1000, ml: 1, l: 1000 };

export function toBase(amount: number, unit: Unit): number {
  return amount * BASE[unit];
}

export function scale(amount: number, from: number, to: number): number {
  return Math.round((amount * to * 100) / from) / 100;
}
