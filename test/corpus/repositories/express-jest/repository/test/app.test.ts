import request from 'supertest';
import { createApp } from '../src/app';

describe('notes api', () => {
  it('starts empty', async () => {
    const response = await request(createApp()).get('/notes');
    expect(response.status).toBe(200);
    expect(response.body).toEqual([]);
  });

  it('stores a note', async () => {
    const app = createApp();
    const created = await request(app).post('/notes').send({ text: ' milk ' });
    expect(created.status).toBe(201);
    expect(created.body).toEqual({ id: 1, text: 'milk' });
    const found = await request(app).get('/notes/1');
    expect(found.body.text).toBe('milk');
  });

  it('refuses a note without text', async () => {
    const response = await request(createApp()).post('/notes').send({ text: '  ' });
    expect(response.status).toBe(400);
  });

  it('answers 404 for a note that is not there', async () => {
    const response = await request(createApp()).get('/notes/7');
    expect(response.status).toBe(404);
  });
});
