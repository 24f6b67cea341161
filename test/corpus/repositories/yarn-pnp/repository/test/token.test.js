const { expect } = require('chai');
const { createToken, readToken } = require('../lib/token');

describe('tokens', () => {
  it('can be read until they expire', () => {
    const token = createToken('ada', '1m', 1000);
    expect(readToken(token, 2000)).to.deep.equal({ valid: true, subject: 'ada' });
  });

  it('expire after their lifetime', () => {
    const token = createToken('ada', '1m', 1000);
    expect(readToken(token, 61000).reason).to.equal('expired');
  });

  it('are refused when they cannot be read', () => {
    expect(readToken('%', 0).valid).to.equal(false);
  });
});
