import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Board } from '@/Board';

test('shows every card', () => {
  const html = renderToStaticMarkup(<Board cards={[{ title: 'Write', done: true }]} />);
  expect(html).toContain('<li class="card card-done">Write</li>');
});
