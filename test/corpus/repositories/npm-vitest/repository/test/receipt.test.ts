import { expect, it } from 'vitest';
import { printReceipt } from '../src/receipt.ts';

it('prints every line and the total', () => {
  const items = [
    { name: 'Apple', cents: 30, quantity: 3 },
    { name: 'Bread', cents: 250, quantity: 1 },
  ];
  expect(printReceipt(items)).toMatchInlineSnapshot(`
    "3 x Apple: 0.90
    1 x Bread: 2.50
    Total: 3.40"
  `);
});
