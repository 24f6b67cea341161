import express from 'express';
import { NoteStore } from './notes';

export function createApp(store = new NoteStore()): express.Express {
  const app = express();
  app.use(express.json());

  app.get('/notes', (_request, response) => {
    response.json(store.all());
  });

  app.get('/notes/:id', (request, response) => {
    const note = store.find(Number(request.params.id));
    if (!note) {
      response.status(404).json({ error: 'not found' });
      return;
    }
    response.json(note);
  });

  app.post('/notes', (request, response) => {
    const text: unknown = request.body?.text;
    if (typeof text !== 'string' || text.trim() === '') {
      response.status(400).json({ error: 'text is missing' });
      return;
    }
    response.status(201).json(store.add(text));
  });

  return app;
}
