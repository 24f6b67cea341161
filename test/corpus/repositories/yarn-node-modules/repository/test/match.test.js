import test from 'ava';
import { matchPath, parsePattern } from '../src/match.js';

test('reads the names of parameters', (t) => {
  t.deepEqual(parsePattern('/users/:id/posts/:post').names, ['id', 'post']);
});

test('finds the values of parameters', (t) => {
  t.deepEqual(matchPath('/users/:id', '/users/7'), { id: '7' });
});

test('does not match other paths', (t) => {
  t.is(matchPath('/users/:id', '/posts/7'), null);
  t.is(matchPath('/users/:id', '/users'), null);
});
