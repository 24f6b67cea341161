import test from 'ava';
import { Router } from '../src/router.js';

const router = new Router().add('/users/:id', ({ id }) => ({
  status: 200,
  body: id,
}));

test('calls the handler of the first match', async (t) => {
  t.deepEqual(await router.dispatch('/users/3'), { status: 200, body: '3' });
});

test('answers 404 without a match', async (t) => {
  t.like(await router.dispatch('/nothing'), { status: 404 });
});

test('answers many in their order', async (t) => {
  const all = await router.dispatchAll(['/users/1', '/x', '/users/2']);
  t.deepEqual(
    all.map(({ status }) => status),
    [200, 404, 200],
  );
});
