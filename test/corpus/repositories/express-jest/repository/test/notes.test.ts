import { NoteStore } from '../src/notes';

it('numbers notes from one', () => {
  const store = new NoteStore();
  store.add('a');
  store.add('b');
  expect(store.all()).toMatchSnapshot();
});

it('finds nothing for an unknown id', () => {
  expect(new NoteStore().find(3)).toBeNull();
});
