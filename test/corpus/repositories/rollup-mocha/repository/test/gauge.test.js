import { expect } from 'chai';
import { render } from '../dist/gauge.js';
import { clamp, toPercent } from '../src/scale.js';

describe('gauge', () => {
  it('draws a value between its limits', () => {
    expect(render({ value: 5, high: 20 })).to.contain('--value: 25%');
  });

  it('escapes its label', () => {
    expect(render({ value: 1, label: '<b>' })).to.contain('&lt;b>');
  });
});

describe('scale', () => {
  it('stays between the limits', () => {
    expect(clamp(7, 0, 5)).to.equal(5);
    expect(toPercent(-3, 0, 10)).to.equal(0);
  });

  it('refuses limits in the wrong order', () => {
    expect(() => clamp(1, 5, 0)).to.throw(RangeError);
  });
});
