import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Board } from '@/Board';
import './index.css';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Board cards={[{ title: 'Write', done: true }, { title: 'Read', done: false }]} />
    </StrictMode>,
  );
}
