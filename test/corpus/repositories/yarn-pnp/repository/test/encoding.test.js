const { expect } = require('chai');
const { decode, encode } = require('../lib/encoding');

describe('encoding', () => {
  it('gives back what it was given', () => {
    expect(decode(encode({ a: 'ä b' }))).to.deep.equal({ a: 'ä b' });
  });
});
